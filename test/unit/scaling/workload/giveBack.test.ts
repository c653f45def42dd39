import { describe, expect, test } from '@jest/globals'
import {
  applyScheduledScaleUps,
  type Cluster,
  type JsonPatch,
  restore,
  ScalingError,
  scaleToZero,
  type Workload,
} from '../../../../shared/scaling/index.ts'
import { releasePatch } from '../../../../shared/scaling/workload/patch/patch.ts'
import { scalingOn } from '../scalingOn.ts'
import { carriedWith, sleepRecord, workload } from '../workloads.ts'

const label = '/metadata/labels/aks-scale-to-zero~1asleep'
const woken = workload({ labels: { 'aks-scale-to-zero/asleep': 'false' }, isApplied: true, ownEntries: [1, 3] })
const release: JsonPatch = [
  { op: 'test', path: label, value: 'false' },
  { op: 'remove', path: label },
  { op: 'test', path: '/metadata/managedFields/3/manager', value: 'aks-scale-to-zero' },
  { op: 'remove', path: '/metadata/managedFields/3' },
  { op: 'test', path: '/metadata/managedFields/1/manager', value: 'aks-scale-to-zero' },
  { op: 'remove', path: '/metadata/managedFields/1' },
]

test('our entries go from the end of the list, and nothing goes once it is at zero again', () => {
  expect(releasePatch(woken)).toEqual(release)
  expect(releasePatch({ ...woken, desiredReplicas: 0 })).toEqual([])
  expect(releasePatch({ ...woken, labels: { 'aks-scale-to-zero/asleep': 'true' } })).toEqual([])
})

/** A cluster that reads one workload after the other, the last one for ever, and keeps each patch. */
function scripted(reads: Workload[], listed: Workload[] = []) {
  const patches: JsonPatch[] = []
  const selectors: (string | undefined)[] = []
  const afterwards: Promise<void>[] = []
  const cluster: Partial<Cluster> = {
    getWorkload: async () => (reads.length > 1 ? reads.shift() : reads[0]) as Workload,
    listWorkloads: async ({ kind, labelSelector }) => {
      selectors.push(labelSelector)
      return listed.filter(({ ref }) => ref.kind === kind)
    },
    patchWorkload: async (_ref, patch) => void patches.push(patch),
    createEvent: async () => {},
  }
  const scaling = (changes: Partial<Cluster> = {}) =>
    scalingOn({ ...cluster, ...changes } as Cluster, { afterwards: (work) => void afterwards.push(work()) })
  return { scaling, patches, selectors, settled: () => Promise.allSettled(afterwards) }
}

const asleep = (changes: Partial<Workload> = {}) =>
  workload({ ...carriedWith(sleepRecord()), desiredReplicas: 0, isApplied: true, ownEntries: [1, 3], ...changes })
const run = { projects: [] }
const request = { ref: workload().ref, reason: 'morning', actor: 'alice', now: new Date() }

describe('after waking', () => {
  test('the fields of what others apply are given back, and a label remembers it until then', async () => {
    const { scaling, patches, settled } = scripted([asleep(), woken])
    await restore(scaling(), request)
    await settled()
    expect(patches).toEqual([expect.arrayContaining([{ op: 'add', path: label, value: 'false' }]), release])
  })

  test('nothing is left to give back of what nobody applies', async () => {
    const { scaling, patches, settled } = scripted([asleep({ isApplied: false })])
    await restore(scaling(), request)
    await settled()
    expect(patches).toEqual([expect.arrayContaining([{ op: 'remove', path: label }])])
  })

  test('a dry run and a scale-down give nothing back', async () => {
    const { scaling, patches, settled } = scripted([asleep()])
    await restore(scaling(), { ...request, dryRun: true })
    await scaleToZero(scaling({ getWorkload: async () => workload({ isApplied: true }) }), {
      ...request,
      scope: 'workload',
      scheduledScaleUp: undefined,
    })
    await settled()
    expect(patches).toHaveLength(2)
  })

  test('the fields are given back although its controllers write to it at the same time', async () => {
    const moved = { ...woken, ownEntries: [2] }
    const { scaling, patches, settled } = scripted([asleep(), woken, moved])
    let writes = 0
    const patchWorkload: Cluster['patchWorkload'] = async (_ref, patch) => {
      if (++writes === 2) throw new ScalingError('workload-changed', 'a controller was faster')
      patches.push(patch)
    }
    await restore(scaling({ patchWorkload }), request)
    await settled()
    expect(patches.slice(1)).toEqual([releasePatch(moved)])
  })

  test.each(['workload-changed', 'workload-not-found'] as const)(
    'a %s ends the attempt without a word',
    async (code) => {
      const { scaling, settled } = scripted([woken], [woken])
      const patchWorkload = async () => Promise.reject(new ScalingError(code, 'no'))
      await applyScheduledScaleUps(scaling({ patchWorkload }), { ...run, dryRun: false })
      expect(await settled()).toMatchObject([{ status: 'fulfilled' }])
    },
  )
})

describe('the timer of single wake-ups', () => {
  test('gives back what an earlier run has left, by the one list that it reads anyway', async () => {
    const { scaling, patches, selectors, settled } = scripted([woken], [woken])
    expect(await applyScheduledScaleUps(scaling(), { ...run, dryRun: false })).toMatchObject({
      due: 'none',
      outcomes: [],
    })
    await settled()
    expect(patches).toEqual([release])
    expect(selectors).toEqual(Array.from({ length: 5 }, () => 'aks-scale-to-zero/asleep'))
  })

  test('goes on after one that fails, and tells the failure', async () => {
    const other = { ...woken, ref: { ...woken.ref, name: 'other' } }
    const { scaling, patches, settled } = scripted([woken], [woken, other])
    let calls = 0
    const patchWorkload: Cluster['patchWorkload'] = async (_ref, patch) => {
      if (calls++ === 0) throw new ScalingError('cluster-refused', 'a webhook says no')
      patches.push(patch)
    }
    await applyScheduledScaleUps(scaling({ patchWorkload }), { ...run, dryRun: false })
    expect(await settled()).toMatchObject([{ status: 'rejected', reason: { code: 'cluster-refused' } }])
    expect(patches).toEqual([release])
  })

  test('touches nothing in a protected namespace, and nothing in a dry run', async () => {
    const system = { ...woken, ref: { ...woken.ref, namespace: 'kube-system' } }
    const { scaling, patches, settled } = scripted([system], [system])
    await applyScheduledScaleUps(scaling(), { ...run, dryRun: false })
    const rehearsed = scripted([woken], [woken])
    await applyScheduledScaleUps(rehearsed.scaling(), { ...run, dryRun: true })
    await Promise.all([settled(), rehearsed.settled()])
    expect([...patches, ...rehearsed.patches]).toEqual([])
  })
})
