import { describe, expect, test } from '@jest/globals'
import type { Workload } from '../../../../shared/scaling/index.ts'
import { decideRestore, decideScaleToZero, decideScaleUp } from '../../../../shared/scaling/workload/decide.ts'
import type { SleepRecord } from '../../../../shared/scaling/workload/record/record.ts'
import { carriedWith, sleepRecord, workload } from '../workloads.ts'

const now = new Date('2026-11-23T13:00:00Z')
const request = { reason: 'nightly', scope: 'workload' as const, actor: 'alice', now, scheduledScaleUp: undefined }

const record = sleepRecord({ originalReplicas: 3, scaledAt: '2026-11-22T13:00:00.000Z' })

const withRecord = (desiredReplicas: number, changes: Partial<SleepRecord> = {}) =>
  workload({ desiredReplicas, ...carriedWith({ ...record, ...changes }) })

describe('waking', () => {
  test.each<[string, () => ReturnType<typeof decideRestore>]>([
    ['by a restore', () => decideRestore(withRecord(0), request)],
    ['by a scale-up', () => decideScaleUp(workload({ desiredReplicas: 0 }), 1, request)],
    ['of what runs already, to more replicas', () => decideScaleUp(workload(), 3, request)],
  ])('%s says who asked for it, and when', (_what, decide) => {
    expect(decide().wanted).toMatchObject({ woken: { at: now, by: 'alice' } })
  })

  test.each<[string, () => ReturnType<typeof decideRestore>]>([
    ['what somebody else has woken', () => decideRestore(withRecord(2), request)],
    ['what runs as wanted', () => decideScaleUp(workload(), 2, request)],
    ['what is scaled to fewer replicas', () => decideScaleUp(workload(), 1, request)],
  ])('is not claimed of %s', (_what, decide) => {
    expect(decide().wanted).not.toHaveProperty('woken')
  })
})

describe('scale to zero', () => {
  test('records the number of replicas that ran', () => {
    const { result, wanted, previousReplicas } = decideScaleToZero(workload({ desiredReplicas: 5 }), request)
    expect(result).toBe('changed')
    expect(previousReplicas).toBe(5)
    expect(wanted).toEqual({
      replicas: 0,
      record: { ...record, originalReplicas: 5, scaledAt: '2026-11-23T13:00:00.000Z' },
    })
  })

  test.each<[number, Partial<Workload>, string]>([
    [1001, {}, 'it has 1001 replicas, and only a whole number from 1 to 1000 could be brought back'],
    ...['2.5', 'Infinity', '1e21', '-1', '', '1001'].map((paused): [number, Partial<Workload>, string] => [
      paused === '1001' ? 1001 : Number.NaN,
      {
        ref: { kind: 'ScaledObject', namespace: 'project-a', name: 'web' },
        annotations: { 'autoscaling.keda.sh/paused-replicas': paused },
      },
      `its autoscaling.keda.sh/paused-replicas is ${JSON.stringify(paused)}, and only a whole number`,
    ]),
  ])('leaves %s replicas as they are, since they could not be brought back', (desiredReplicas, changes, why) => {
    const found = workload({ desiredReplicas, ...changes })
    const decision = decideScaleToZero(found, request)
    expect(decision).toMatchObject({ result: 'skipped', wanted: undefined, why: expect.stringContaining(why) })
  })

  test.each<[string, Partial<Workload>, string]>([
    ['is left awake', {}, 'skipped'],
    [
      'sleeps when a person has allowed it',
      { annotations: { 'aks-scale-to-zero/allow-data-loss': 'true' } },
      'changed',
    ],
    [
      'is left awake when the consent is unclear',
      { annotations: { 'aks-scale-to-zero/allow-data-loss': 'yes' } },
      'skipped',
    ],
    ['sleeps when its volumes are kept', { claimRetention: { whenScaled: 'Retain' } }, 'changed'],
  ])('of a StatefulSet whose volumes would go with its Pods: it %s', (_what, changes, result) => {
    const ref = { kind: 'StatefulSet' as const, namespace: 'project-a', name: 'db' }
    const found = workload({ ref, claimRetention: { whenScaled: 'Delete' }, ...changes })
    const decision = decideScaleToZero(found, request)
    expect(decision.result).toBe(result)
    if (result === 'skipped') expect(decision.why).toContain('whenScaled is "Delete", so its volumes would be deleted')
  })

  test('records as many replicas as can be brought back at most', () => {
    const { wanted } = decideScaleToZero(workload({ desiredReplicas: 1000 }), request)
    expect(wanted?.record?.originalReplicas).toBe(1000)
  })

  test('leaves a workload alone that somebody else had at zero', () => {
    const decision = decideScaleToZero(workload({ desiredReplicas: 0 }), request)
    expect(decision).toEqual({ result: 'at-zero-before', wanted: undefined, previousReplicas: 0 })
  })

  test('never overwrites a count with zero', () => {
    const decision = decideScaleToZero(withRecord(0), { ...request, actor: 'bob' })
    expect(decision).toMatchObject({ result: 'already', previousReplicas: 3, wanted: { replicas: 0 } })
    expect(decision.wanted?.record).toEqual(record)
  })

  test.each([
    ['its reason', { reason: 'holidays' }],
    ['its wake-up time', { scheduledScaleUp: '2026-12-01T00:00:00.000Z' }],
  ])('updates %s of a workload that sleeps already', (_what, changes) => {
    const decision = decideScaleToZero(withRecord(0), { ...request, ...changes, actor: 'bob' })
    expect(decision.result).toBe('record-updated')
    expect(decision.wanted?.record).toEqual({ ...record, ...changes, scaledBy: 'bob' })
  })

  test('of a project does not take over a workload that sleeps by name', () => {
    expect(decideScaleToZero(withRecord(0), { ...request, reason: 'sweep', scope: 'project' }).result).toBe('already')
  })

  test('by name takes over a workload that sleeps with its project', () => {
    const decision = decideScaleToZero(withRecord(0, { scope: 'project' }), request)
    expect(decision.wanted?.record?.scope).toBe('workload')
  })

  test.each<[string, number, { scaledAt?: string; lastScaleUp?: Date }]>([
    ['the first count of the night', 3, {}],
    ['the first count', 3, { lastScaleUp: new Date('2026-11-22T07:00:00Z') }],
    ['the first count of a long weekend', 3, { scaledAt: '2026-11-20T13:00:00.000Z' }],
    ['the new count after a scale-up', 1, { lastScaleUp: new Date('2026-11-23T07:00:00Z') }],
    ['the new count days later', 1, { scaledAt: '2026-11-20T12:59:00.000Z' }],
    ['the new count where the record says no time', 1, { scaledAt: '' }],
  ])('records %s of a workload that somebody woke by hand', (_what, count, { lastScaleUp, ...changes }) => {
    const { result, wanted, previousReplicas } = decideScaleToZero(withRecord(1, changes), { ...request, lastScaleUp })
    expect({ result, previousReplicas }).toEqual({ result: 'changed', previousReplicas: 1 })
    expect(wanted?.record).toMatchObject({ originalReplicas: count, scaledAt: now.toISOString() })
  })
})

describe('restore', () => {
  test('brings back the recorded count and removes the record', () => {
    const decision = decideRestore(withRecord(0), request)
    const woken = { at: now, by: 'alice' }
    expect(decision).toEqual({
      result: 'changed',
      wanted: { replicas: 3, record: undefined, woken },
      previousReplicas: 0,
    })
  })

  test.each([
    ['more', 9],
    ['fewer', 1],
    ['as many', 3],
  ])('keeps the replicas when somebody woke the workload with %s', (_how, replicas) => {
    const decision = decideRestore(withRecord(replicas), request)
    expect(decision).toMatchObject({ result: 'woken-meanwhile', wanted: { replicas, record: undefined } })
  })

  test('does nothing to a running workload', () => {
    expect(decideRestore(workload(), request)).toMatchObject({ result: 'already', wanted: { replicas: 2 } })
  })

  test('does not guess the count of a workload that somebody else had at zero', () => {
    expect(() => decideRestore(workload({ desiredReplicas: 0 }), request)).toThrow(
      'Deployment project-a/sample-app-a is at zero and it was not put there by this service',
    )
  })

  test.each(['999999999', '1001', '0', '-3', '2.5', '1e3'])('does not obey a record of %s', (claim) => {
    const annotations = { 'aks-scale-to-zero/original-replicas': claim }
    const labels = { 'aks-scale-to-zero/asleep': 'true', 'aks-scale-to-zero/original-replicas': claim }
    expect(() => decideRestore(workload({ desiredReplicas: 0, annotations, labels }), request)).toThrow(
      `is ${JSON.stringify(claim)}, which is not a whole number from 1 to 1000`,
    )
  })

  test('goes by the label where the annotation claims too much', () => {
    const { annotations, labels } = carriedWith(record)
    const claimed = { ...annotations, 'aks-scale-to-zero/original-replicas': '999999999' }
    expect(
      decideRestore(workload({ desiredReplicas: 0, annotations: claimed, labels }), request).wanted?.replicas,
    ).toBe(3)
  })

  test('keeps what somebody wrote meanwhile, though it is no count', () => {
    const found = { ...withRecord(0), desiredReplicas: Number.NaN }
    expect(decideRestore(found, request)).toMatchObject({ result: 'woken-meanwhile', wanted: { replicas: Number.NaN } })
  })

  test('names the annotation that cannot be read', () => {
    const annotations = { 'aks-scale-to-zero/original-replicas': 'banana' }
    const spoilt = workload({ desiredReplicas: 0, annotations, labels: { 'aks-scale-to-zero/asleep': 'true' } })
    expect(() => decideRestore(spoilt, request)).toThrow('annotation aks-scale-to-zero/original-replicas is "banana"')
  })
})

describe('scale up', () => {
  test.each([
    ['a sleeping workload', withRecord(0)],
    ['a running workload', workload()],
    ['a workload that somebody had at zero', workload({ desiredReplicas: 0 })],
  ])('sets the replicas of %s and leaves no record', (_what, found) => {
    expect(decideScaleUp(found, 4, request)).toMatchObject({
      result: 'changed',
      wanted: { replicas: 4, record: undefined },
    })
  })
})
