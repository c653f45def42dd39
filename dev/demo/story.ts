import { AppsV1Api, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'

/** Something that people and tools do in the demo, some minutes after its beginning. */
interface Deed {
  atMinute: number
  act(config: KubeConfig): Promise<unknown>
}

/** It patches a Deployment as the tool of this name does. */
const patch = (namespace: string, name: string, { by, spec }: { by: string; spec: object }): Deed['act'] => {
  const request = { namespace, name, body: { spec }, fieldManager: by }
  return (config) =>
    config
      .makeApiClient(AppsV1Api)
      .patchNamespacedDeployment(request, setHeaderOptions('content-type', PatchStrategy.MergePatch))
}

/** The story that the demo tells beside its schedules. */
export const story: readonly Deed[] = [
  // Its new version asks for a node that no pool has, so it does not become ready in the morning.
  {
    atMinute: 5,
    act: patch('ml-training', 'trainer', {
      by: 'kubectl-client-side-apply',
      spec: { template: { spec: { nodeSelector: { accelerator: 'h100' } } } },
    }),
  },
  { atMinute: 75, act: patch('payments', 'api', { by: 'argocd-controller', spec: { replicas: 2 } }) },
]
