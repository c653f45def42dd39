import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import { pointer } from '../../../../shared/scaling/cluster/jsonPatch.ts'
import { type Cluster, scaleToZero, type WorkloadRef } from '../../../../shared/scaling/index.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'
import { scalingOn } from '../scalingOn.ts'

const ref: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
const request = {
  ref,
  reason: 'nightly',
  actor: 'alice',
  now: new Date(),
  scope: 'workload' as const,
  scheduledScaleUp: undefined,
}

let embedded: EmbeddedCluster
let real: ReturnType<typeof clusterAt>
beforeAll(async () => {
  embedded = await startCluster()
  real = clusterAt(embedded.url)
})
afterAll(async () => {
  await real.close()
  await embedded.stop()
})
beforeEach(() => scaleByHand(2))

async function scaleByHand(replicas: number): Promise<void> {
  const workload = await real.cluster.getWorkload(ref)
  const forget = (['annotations', 'labels'] as const).flatMap((field) =>
    Object.keys(workload[field] ?? {})
      .filter((key) => key.startsWith('aks-scale-to-zero/'))
      .map((key) => pointer('metadata', field, key)),
  )
  await real.cluster.patchWorkload(ref, [
    ...forget.map((path) => ({ op: 'remove' as const, path })),
    { op: 'replace', path: '/spec/replicas', value: replicas },
  ])
}

/** The embedded cluster, where somebody scales the workload right after each of our first `times` reads. */
const rivalled = (times: number): Cluster => {
  let reads = 0
  return {
    ...real.cluster,
    async getWorkload(...call) {
      const workload = await real.cluster.getWorkload(...call)
      if (reads++ < times) await scaleByHand(10 + reads)
      return workload
    },
  }
}

function observedOn(cluster: Cluster) {
  const waits: number[] = []
  const announced: Promise<void>[] = []
  const scaling = scalingOn(cluster, {
    wait: async (ms) => void waits.push(ms),
    afterwards: (work) => void announced.push(work()),
  })
  return { scaling, waits, announced }
}

describe('an operation whose workload changes meanwhile', () => {
  test('reads again and decides again: the newest count is recorded', async () => {
    const { scaling, waits } = observedOn(rivalled(2))
    const outcome = await scaleToZero(scaling, request)
    expect(outcome).toMatchObject({ result: 'changed', previousReplicas: 12, record: { originalReplicas: 12 } })
    expect(waits).toHaveLength(2)
  })

  test('gives up after five attempts, and has changed nothing', async () => {
    const { scaling, announced } = observedOn(rivalled(99))
    await expect(scaleToZero(scaling, request)).rejects.toMatchObject({
      code: 'workload-changed',
      message: expect.stringContaining('changed by something else 5 times in a row'),
    })
    expect(await real.cluster.getWorkload(ref)).toMatchObject({ desiredReplicas: 15 })
    expect(announced).toHaveLength(0)
  })

  test('succeeds when its write was carried out but the answer was lost', async () => {
    let lost = false
    const cluster: Cluster = {
      ...real.cluster,
      async patchWorkload(...call) {
        await real.cluster.patchWorkload(...call)
        // The transport sends the same patch again after a broken connection.
        if (lost) return
        lost = true
        await real.cluster.patchWorkload(...call)
      },
    }
    const outcome = await scaleToZero(scalingOn(cluster), request)
    expect(outcome).toMatchObject({ previousReplicas: 2, targetReplicas: 0, record: { originalReplicas: 2 } })
  })
})

test('an operation costs two calls, and its Event comes afterwards', async () => {
  const { scaling, announced } = observedOn(real.cluster)
  real.calls.length = 0
  await scaleToZero(scaling, request)
  expect(real.calls.filter(({ verb }) => verb !== 'create').map(({ verb }) => verb)).toEqual(['get', 'patch'])
  await Promise.all(announced)
  expect(real.calls.filter(({ verb }) => verb === 'create')).toHaveLength(1)
})

test('a workload in a protected namespace is refused without a read', async () => {
  real.calls.length = 0
  const inKubeSystem = { ...request, ref: { ...ref, namespace: 'kube-system' } }
  await expect(scaleToZero(scalingOn(real.cluster), inKubeSystem)).rejects.toMatchObject({
    code: 'namespace-protected',
  })
  expect(real.calls).toEqual([])
})
