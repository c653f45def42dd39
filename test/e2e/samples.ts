import { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { waitFor } from '../waitFor.ts'

// By default a cluster autoscaler waits ten minutes before it removes an empty node.
const nodeTimeoutMs = 15 * 60_000

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
