import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { applyJsonPatch } from '../../../../../dev/cluster/patch.ts'
import type { Workload } from '../../../../../shared/scaling/cluster/workload.ts'
import { patchTo } from '../../../../../shared/scaling/workload/patch/patch.ts'
import { carriedWith, sleepRecord, workload } from '../../workloads.ts'

const record = sleepRecord({ reason: 'nightly ~ a/b' })
const ours = carriedWith(record)

const objectOf = ({ annotations, labels, desiredReplicas }: Workload) =>
  JSON.parse(JSON.stringify({ metadata: { annotations, labels }, spec: { replicas: desiredReplicas } }))

const maps = fc.option(fc.dictionary(fc.string(), fc.string()), { nil: undefined })
const found = fc.record({ annotations: maps, labels: maps, desiredReplicas: fc.nat(), hasRecord: fc.boolean() })

describe('the patch', () => {
  test('makes the workload as wanted and keeps all of its other annotations and labels', () => {
    fc.assert(
      fc.property(found, ({ annotations, labels, desiredReplicas, hasRecord }) => {
        const carried = { annotations, labels, ...(hasRecord && together({ annotations, labels }, ours)) }
        const before = workload({ ...carried, desiredReplicas })
        const slept = applyJsonPatch(objectOf(before), patchTo(before, { replicas: 0, record })) as ReturnType<
          typeof objectOf
        >
        expect(slept.spec.replicas).toBe(0)
        expect(slept.metadata).toEqual(together({ annotations, labels }, ours))

        const sleeping = workload({ ...slept.metadata, desiredReplicas: 0 })
        const woken = applyJsonPatch(slept, patchTo(sleeping, { replicas: 7, record: undefined })) as typeof slept
        expect(woken).toEqual({
          metadata: { annotations: annotations ?? {}, labels: labels ?? {} },
          spec: { replicas: 7 },
        })
      }),
    )
  })

  test('of a waking leaves who woke it, which stays while it runs and goes when it sleeps', () => {
    const woken = { at: new Date('2026-11-23T14:00:00Z'), by: 'alice' }
    const trace = {
      'aks-scale-to-zero/woken-at': '2026-11-23T14:00:00.000Z',
      'aks-scale-to-zero/woken-by': 'alice',
    }
    const asleep = workload({ desiredReplicas: 0, ...ours })
    const awake = applyJsonPatch(objectOf(asleep), patchTo(asleep, { replicas: 2, record: undefined, woken }))
    expect(awake).toEqual({ metadata: { annotations: trace, labels: {} }, spec: { replicas: 2 } })

    const running = workload({ annotations: trace, labels: {}, desiredReplicas: 2 })
    expect(patchTo(running, { replicas: 2, record: undefined })).toEqual([])
    const slept = applyJsonPatch(objectOf(running), patchTo(running, { replicas: 0, record }))
    expect(slept).toEqual({ metadata: ours, spec: { replicas: 0 } })
  })

  test('is empty when there is nothing to change', () => {
    expect(patchTo(workload(), { replicas: 2, record: undefined })).toEqual([])
    const asleep = workload({ desiredReplicas: 0, ...ours })
    expect(patchTo(asleep, { replicas: 0, record })).toEqual([])
  })

  test.each([
    ['somebody scaled it meanwhile', { spec: { replicas: 3 } }],
    ['another of our hosts recorded it meanwhile', { metadata: ours }],
  ])('does not apply when %s', (_what, meanwhile) => {
    const read = workload()
    const patch = patchTo(read, { replicas: 0, record })
    expect(() => applyJsonPatch({ ...objectOf(read), ...meanwhile }, patch)).toThrow()
  })

  test.each([
    ['exclude', 'true'],
    ['exclude-until', '2027-01-31'],
  ])('of a project does not apply when somebody wrote %s meanwhile, but a patch by name does', (name, value) => {
    const read = workload()
    const byProject = patchTo(read, { replicas: 0, record: { ...record, scope: 'project' } })
    const meanwhile = objectOf(read)
    meanwhile.metadata.annotations[`aks-scale-to-zero/${name}`] = value
    expect(() => applyJsonPatch(meanwhile, byProject)).toThrow()
    const byName = patchTo(read, { replicas: 0, record })
    expect(applyJsonPatch(meanwhile, byName)).toMatchObject({ spec: { replicas: 0 } })
  })

  test('does not apply when somebody added the first annotation meanwhile', () => {
    const read = workload({ annotations: undefined })
    const patch = patchTo(read, { replicas: 0, record })
    expect(() => applyJsonPatch({ ...objectOf(read), metadata: { annotations: { theirs: '1' } } }, patch)).toThrow()
  })

  test('applies although a controller wrote to the workload meanwhile', () => {
    const read = workload()
    const meanwhile = { ...objectOf(read), status: { readyReplicas: 1 } }
    meanwhile.metadata.annotations['deployment.kubernetes.io/revision'] = '2'
    expect(applyJsonPatch(meanwhile, patchTo(read, { replicas: 0, record }))).toMatchObject({
      spec: { replicas: 0 },
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
    })
  })
})

type Carried = Pick<Workload, 'annotations' | 'labels'>

function together(theirs: Carried, own: Carried): Carried {
  return {
    annotations: { ...theirs.annotations, ...own.annotations },
    labels: { ...theirs.labels, ...own.labels },
  }
}

test('a pause that stays is left in the words in which somebody wrote it', () => {
  const annotations = { 'autoscaling.keda.sh/paused-replicas': '2.5', 'aks-scale-to-zero/original-replicas': '2' }
  const ref = { kind: 'ScaledObject' as const, namespace: 'project-a', name: 'web' }
  const found = workload({ ref, annotations, desiredReplicas: Number.NaN })
  const patch = patchTo(found, { replicas: Number.NaN, record: undefined })
  const path = '/metadata/annotations/autoscaling.keda.sh~1paused-replicas'
  expect(patch.filter((operation) => operation.path === path)).toEqual([{ op: 'test', path, value: '2.5' }])
  expect(patch).toContainEqual({ op: 'remove', path: '/metadata/annotations/aks-scale-to-zero~1original-replicas' })
})

test('a StatefulSet goes to zero only while its volumes are kept as they were, and its consent is the one that was read', () => {
  const ref = { kind: 'StatefulSet' as const, namespace: 'project-a', name: 'db' }
  const annotations = { 'aks-scale-to-zero/allow-data-loss': 'true' }
  const claimRetention = { whenDeleted: 'Retain', whenScaled: 'Delete' }
  const patch = patchTo(workload({ ref, annotations, claimRetention }), { replicas: 0, record })
  expect(patch).toContainEqual({
    op: 'test',
    path: '/spec/persistentVolumeClaimRetentionPolicy',
    value: claimRetention,
  })
  const path = '/metadata/annotations/aks-scale-to-zero~1allow-data-loss'
  expect(patch.filter((operation) => operation.path === path)).toEqual([{ op: 'test', path, value: 'true' }])
})
