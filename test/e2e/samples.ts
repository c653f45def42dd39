import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { waitFor } from '../waitFor.ts'

// By default a cluster autoscaler waits ten minutes before it removes an empty node.
const nodeTimeoutMs = 15 * 60_000

/** For what a test deletes: it may be gone already. */
export function unlessGone(error: { code?: number }): void {
  if (error.code !== 404) throw error
}

/** What takes the keys of this service away, as a merge patch. */
const withoutOurs = (map: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.keys(map)
      .filter((key) => key.startsWith('aks-scale-to-zero/'))
      .map((key) => [key, null]),
  )

/** The samples and their nodes, as an administrator sees them. */
export function samplesOf(kubeconfigPath: string) {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath)
  const apps = config.makeApiClient(AppsV1Api)
  const core = config.makeApiClient(CoreV1Api)

  const nodes = async (project: string) =>
    (await core.listNode({ labelSelector: `project=${project}` })).items.map(({ metadata }) => metadata?.name)
  const deployment = (project: string) =>
    apps.readNamespacedDeployment({ namespace: `project-${project}`, name: `sample-app-${project}` })
  const pods = async (project: string) => (await core.listNamespacedPod({ namespace: `project-${project}` })).items

  return {
    nodes,
    deployment,
    /** Takes away what this service has noted on a project's namespace and on its sample, which is awake, and its history. */
    async forget(project: string): Promise<void> {
      const namespace = `project-${project}`
      const { metadata } = await core.readNamespace({ name: namespace })
      const mergePatch = setHeaderOptions('content-type', PatchStrategy.MergePatch)
      await core.patchNamespace(
        { name: namespace, body: { metadata: { annotations: withoutOurs(metadata?.annotations) } } },
        mergePatch,
      )
      const name = `sample-app-${project}`
      const { annotations, labels } = (await deployment(project)).metadata ?? {}
      await apps.patchNamespacedDeployment(
        { namespace, name, body: { metadata: { annotations: withoutOurs(annotations), labels: withoutOurs(labels) } } },
        mergePatch,
      )
      await core.deleteNamespacedConfigMap({ name: 'aks-scale-to-zero-history', namespace }).catch(unlessGone)
    },
    waitUntilNodesGone: (project: string) =>
      waitFor({
        what: `the nodes of project ${project} are gone`,
        timeoutMs: nodeTimeoutMs,
        look: () => nodes(project),
        until: (found) => found.length === 0,
      }),
    waitUntilRunning: (project: string) =>
      waitFor({
        what: `sample-app-${project} runs on nodes of its own`,
        timeoutMs: nodeTimeoutMs,
        look: async () => ({
          nodes: await nodes(project),
          ready: (await deployment(project)).status?.readyReplicas ?? 0,
          wanted: (await deployment(project)).spec?.replicas ?? 0,
          pods: (await pods(project)).map(({ metadata, spec, status }) => [
            metadata?.name,
            spec?.nodeName,
            status?.phase,
          ]),
        }),
        until: (found) => found.wanted > 0 && found.ready === found.wanted && found.nodes.length > 0,
      }),
  }
}
