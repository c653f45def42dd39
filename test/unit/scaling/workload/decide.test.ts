import { describe, expect, test } from '@jest/globals'
import { decideRestore, decideScaleToZero, decideScaleUp } from '../../../../shared/scaling/workload/decide.ts'
import type { SleepRecord } from '../../../../shared/scaling/workload/record.ts'
import { carriedWith, sleepRecord, workload } from '../workloads.ts'

const now = new Date('2026-11-23T13:00:00Z')
const request = { reason: 'nightly', scope: 'workload' as const, actor: 'alice', now, scheduledScaleUp: undefined }

const record = sleepRecord({ originalReplicas: 3, scaledAt: '2026-11-22T13:00:00.000Z' })

const withRecord = (desiredReplicas: number, changes: Partial<SleepRecord> = {}) =>
  workload({ desiredReplicas, ...carriedWith({ ...record, ...changes }) })

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

  test('leaves a workload alone that somebody else had at zero', () => {
    const decision = decideScaleToZero(workload({ desiredReplicas: 0 }), request)
    expect(decision).toEqual({ result: 'at-zero-before', wanted: undefined, previousReplicas: 0 })
  })

  test('never overwrites a count with zero', () => {
    const decision = decideScaleToZero(withRecord(0), { ...request, actor: 'bob' })
    expect(decision).toMatchObject({ result: 'already', previousReplicas: 3, wanted: { replicas: 0, record } })
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

  test('records the new count of a workload that somebody woke by hand', () => {
    expect(decideScaleToZero(withRecord(7), request).wanted?.record?.originalReplicas).toBe(7)
  })
})

describe('restore', () => {
  test('brings back the recorded count and removes the record', () => {
    const decision = decideRestore(withRecord(0))
    expect(decision).toEqual({ result: 'changed', wanted: { replicas: 3, record: undefined }, previousReplicas: 0 })
  })

  test.each([
    ['more', 9],
    ['fewer', 1],
    ['as many', 3],
  ])('keeps the replicas when somebody woke the workload with %s', (_how, replicas) => {
    const decision = decideRestore(withRecord(replicas))
    expect(decision).toMatchObject({ result: 'woken-meanwhile', wanted: { replicas, record: undefined } })
  })

  test('does nothing to a running workload', () => {
    expect(decideRestore(workload())).toMatchObject({ result: 'already', wanted: { replicas: 2 } })
  })

  test('does not guess the count of a workload that somebody else had at zero', () => {
    expect(() => decideRestore(workload({ desiredReplicas: 0 }))).toThrow(
      'Deployment project-a/sample-app-a is at zero and it was not put there by this service',
    )
  })

  test('names the annotation that cannot be read', () => {
    const annotations = { 'aks-scale-to-zero/original-replicas': 'banana' }
    const spoilt = workload({ desiredReplicas: 0, annotations, labels: { 'aks-scale-to-zero/asleep': 'true' } })
    expect(() => decideRestore(spoilt)).toThrow('annotation aks-scale-to-zero/original-replicas is "banana"')
  })
})

describe('scale up', () => {
  test.each([
    ['a sleeping workload', withRecord(0)],
    ['a running workload', workload()],
    ['a workload that somebody had at zero', workload({ desiredReplicas: 0 })],
  ])('sets the replicas of %s and leaves no record', (_what, found) => {
    expect(decideScaleUp(found, 4)).toMatchObject({ result: 'changed', wanted: { replicas: 4, record: undefined } })
  })
})
