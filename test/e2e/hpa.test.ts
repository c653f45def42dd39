import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { AutoscalingV2Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { createNamespace } from '../contract/namespace.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const target = readTarget()

test('a HorizontalPodAutoscaler leaves its target asleep, and takes over again when it wakes', async () => {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  const autoscaling = config.makeApiClient(AutoscalingV2Api)
  const kubernetes = await createNamespace(readFileSync(target.kubeconfig, 'utf8'))
  const { namespace } = kubernetes
  try {
    const name = await kubernetes.deploy({ replicas: 3, runs: false })
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name }
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    ]
    await autoscaling.createNamespacedHorizontalPodAutoscaler({
      namespace,
      body: { metadata: { name }, spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 5, metrics } },
    })
    const replicas = async () => (await kubernetes.read(name)).spec?.replicas
    const scale = (action: string) =>
      fetch(`${target.scaleApiUrl}/api/v1/deployments/${namespace}/${name}/${action}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${target.apiKey}` },
        body: '{"reason":"nightly"}',
      })

    expect((await scale('scale-to-zero')).status).toBe(200)
    await waitFor({
      what: 'the autoscaler has seen its target at zero',
      look: async () =>
        (await autoscaling.readNamespacedHorizontalPodAutoscaler({ namespace, name })).status?.conditions?.map(
          ({ type, reason }) => `${type} ${reason}`,
        ),
      until: (conditions) => conditions?.includes('ScalingActive ScalingDisabled') ?? false,
    })
    expect(await replicas()).toBe(0)

    expect((await scale('restore')).status).toBe(200)
    expect(await replicas()).toBe(3)
    await autoscaling.patchNamespacedHorizontalPodAutoscaler(
      { namespace, name, body: { spec: { minReplicas: 4 } } },
      setHeaderOptions('content-type', PatchStrategy.MergePatch),
    )
    await waitFor({
      what: 'the autoscaler has raised its target to the new minimum',
      look: replicas,
      until: (count) => count === 4,
    })
  } finally {
    await kubernetes.remove()
  }
}, 180_000)
