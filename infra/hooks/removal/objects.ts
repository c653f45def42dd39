import { historyName } from '../../../shared/scaling/index.ts'
import type { Kubectl } from '../kubernetes/kubectl.ts'
import { lastLine } from '../kubernetes/kubectl.ts'
import { HookError } from '../run/hookError.ts'

/** Every object of ours has this label, or that of the samples. */
const selector = 'app.kubernetes.io/part-of in (aks-scale-to-zero,aks-scale-to-zero-samples)'
const sampleNamespaces = 'app.kubernetes.io/part-of=aks-scale-to-zero-samples'

/** The bindings that give our hosts their rights. Without them nothing puts a workload to sleep. */
const bindings = ['clusterrolebindings', '--selector', 'app.kubernetes.io/part-of=aks-scale-to-zero']

/** Our kinds, in the order in which they go: namespaces last, with all that is left in them. */
const inNamespaces = 'daemonsets,deployments,resourcequotas,roles,rolebindings'
const ofTheCluster = 'validatingadmissionpolicybindings,validatingadmissionpolicies,clusterroles'

/** Everything of ours that is in the cluster, as `kind/name`, each with its namespace if it has one. */
export async function ourObjects(kubectl: Kubectl): Promise<string[]> {
  const list = async (kinds: string, ...more: string[]) => {
    const args = ['get', kinds, '--selector', selector, '--ignore-not-found', '--output', 'json', ...more]
    const { items } = JSON.parse((await must(kubectl, args)) || '{"items":[]}') as { items: KubeObject[] }
    return items.map(({ kind, metadata: { namespace, name } }) => [kind, namespace, name].filter(Boolean).join(' '))
  }
  return [
    ...(await list(`clusterrolebindings,${ofTheCluster},namespaces`)),
    ...(await list(inNamespaces, '--all-namespaces')),
  ]
}

interface KubeObject {
  kind: string
  metadata: { namespace?: string; name: string }
}

/** Takes the rights of our hosts. */
export const deleteBindings = (kubectl: Kubectl): Promise<string> =>
  must(kubectl, ['delete', ...bindings, '--ignore-not-found'])

/** Deletes the history of every project. @returns a sentence for each */
export async function deleteHistories(kubectl: Kubectl): Promise<string[]> {
  const named = ['--field-selector', `metadata.name=${historyName}`, '--all-namespaces']
  const found = await must(kubectl, ['get', 'configmaps', ...named, '--output', 'json'])
  const { items } = JSON.parse(found) as { items: KubeObject[] }
  for (const { metadata } of items)
    await must(kubectl, [
      'delete',
      'configmap',
      historyName,
      '--namespace',
      metadata.namespace ?? '',
      '--ignore-not-found',
    ])
  return items.map(({ metadata }) => `namespace ${metadata.namespace}: the history of its project is deleted`)
}

/** Deletes the rest, and waits until it is gone. A namespace of a sample stays while something of others is in it. */
export async function deleteObjects(kubectl: Kubectl): Promise<string> {
  const deleted = [
    await must(kubectl, ['delete', inNamespaces, '--all-namespaces', '--selector', selector]),
    await must(kubectl, ['delete', ofTheCluster, '--selector', selector]),
    await must(kubectl, ['delete', 'namespace', 'scale-system', '--ignore-not-found']),
  ]
  const samples = await must(kubectl, ['get', 'namespaces', '--selector', sampleNamespaces, '--output', 'name'])
  for (const namespace of samples.split('\n').filter((line) => line !== '')) {
    const name = namespace.replace('namespace/', '')
    const others = await must(kubectl, [
      'get',
      'deployments,statefulsets,daemonsets,cronjobs,jobs,persistentvolumeclaims',
      '--namespace',
      name,
      '--output',
      'name',
    ])
    deleted.push(
      others === ''
        ? await must(kubectl, ['delete', 'namespace', name])
        : await must(kubectl, ['label', 'namespace', name, 'app.kubernetes.io/part-of-']),
    )
  }
  return deleted.filter((text) => text !== '').join('\n')
}

async function must(kubectl: Kubectl, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args)
  if (code !== 0) throw new HookError(`kubectl ${args.slice(0, 2).join(' ')} failed: ${lastLine(stderr)}`)
  return stdout.trim()
}
