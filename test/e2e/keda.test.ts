import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { ApiextensionsV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { createNamespace } from '../contract/namespace.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const group = 'keda.sh'
const version = 'v1alpha1'
const plural = 'scaledobjects'

test('where KEDA is installed, its ScaledObjects are paused with the project and resumed with it', async () => {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  const extensions = config.makeApiClient(ApiextensionsV1Api)
  const custom = config.makeApiClient(CustomObjectsApi)
  const kubernetes = await createNamespace(readFileSync(target.kubeconfig, 'utf8'), {
    labels: { 'aks-scale-to-zero/managed': 'true' },
  })
  const { namespace } = kubernetes
  const crd = `${plural}.${group}`
  const installed = await extensions.listCustomResourceDefinition()
  const isOurs = !installed.items.some(({ metadata }) => metadata?.name === crd)
  // The definition is enough: the test is about our writes to KEDA's objects, not about the work of KEDA.
  if (isOurs) {
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    await extensions.createCustomResourceDefinition({
      body: {
        metadata: { name: crd },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural, kind: 'ScaledObject' },
          versions: [{ name: version, served: true, storage: true, schema }],
        },
      },
    })
  }
  const read = async () => {
    const object = await custom.getNamespacedCustomObject({ group, version, namespace, plural, name: 'web' })
    return (object as { metadata: { annotations?: Record<string, string> } }).metadata.annotations ?? {}
  }
  const sweep = async (action: string) => {
    const response = await fetch(`${target.scaleApiUrl}/api/v1/projects/${namespace}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.apiKey}` },
      body: '{"reason":"nightly"}',
    })
    return {
      status: response.status,
      body: (await response.json()) as { workloads: { kind: string; result: string }[] },
    }
  }
  try {
    const name = await kubernetes.deploy({ replicas: 2, runs: false })
    const object = {
      apiVersion: `${group}/${version}`,
      kind: 'ScaledObject',
      metadata: { name: 'web' },
      spec: { scaleTargetRef: { name } },
    }
    await waitFor({
      what: 'the definition is served',
      look: () =>
        custom.createNamespacedCustomObject({ group, version, namespace, plural, body: object }).then(
          () => 'served',
          (error: Error) => error.message,
        ),
      until: (answer) => answer === 'served',
    })
    const slept = await sweep('scale-to-zero')
    expect(slept.body.workloads.map(({ kind, result }) => [kind, result])).toEqual([
      ['ScaledObject', 'changed'],
      ['Deployment', 'changed'],
    ])
    expect(await read()).toMatchObject({ 'autoscaling.keda.sh/paused-replicas': '0' })
    const woken = await sweep('restore')
    expect(woken.body.workloads.map(({ kind, result }) => [kind, result])).toEqual([
      ['Deployment', 'changed'],
      ['ScaledObject', 'changed'],
    ])
    expect(await read()).toEqual({})
    expect((await kubernetes.read(name)).spec?.replicas).toBe(2)
  } finally {
    await kubernetes.remove()
    if (isOurs) await extensions.deleteCustomResourceDefinition({ name: crd })
  }
}, 120_000)
