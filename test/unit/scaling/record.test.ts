import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readRecord, recordAnnotations, type SleepRecord, writeRecord } from '../../../shared/scaling/record.ts'
import { annotationsOf } from './workloads.ts'

const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

const record: fc.Arbitrary<SleepRecord> = fc.record({
  originalReplicas: fc.integer({ min: 1, max: 999_999_999 }),
  reason: fc.string({ unit: 'grapheme' }),
  scaledAt: time,
  scaledBy: fc.string(),
  scheduledScaleUp: fc.option(time, { nil: undefined }),
  scope: fc.constantFrom('workload', 'project'),
})

describe('the record', () => {
  test('reads back as it was written, whatever else is annotated', () => {
    fc.assert(
      fc.property(record, fc.dictionary(fc.string(), fc.string()), (written, others) => {
        expect(readRecord({ ...others, ...annotationsOf(written) })).toEqual(written)
      }),
    )
  })

  test('is public: these are the annotations of every released version', () => {
    expect(
      writeRecord({
        originalReplicas: 3,
        reason: 'nightly',
        scaledAt: '2026-11-23T13:00:00.000Z',
        scaledBy: 'alice',
        scheduledScaleUp: '2026-11-24T00:00:00.000Z',
        scope: 'project',
      }),
    ).toEqual({
      'aks-scale-to-zero/original-replicas': '3',
      'aks-scale-to-zero/reason': 'nightly',
      'aks-scale-to-zero/scaled-at': '2026-11-23T13:00:00.000Z',
      'aks-scale-to-zero/scaled-by': 'alice',
      'aks-scale-to-zero/scheduled-scale-up': '2026-11-24T00:00:00.000Z',
      'aks-scale-to-zero/scope': 'project',
    })
  })

  test.each(['', '0', '-1', '1.5', '2e3', 'two', '1000000000'])('is none when the count is %j', (count) => {
    expect(readRecord({ [recordAnnotations.originalReplicas]: count })).toBeUndefined()
  })

  test('wakes what it can when somebody spoilt all but the count', () => {
    expect(readRecord({ [recordAnnotations.originalReplicas]: '2', [recordAnnotations.scope]: 'x' })).toMatchObject({
      originalReplicas: 2,
      scope: 'workload',
    })
  })

  test('of nothing is no annotation of ours', () => {
    expect(annotationsOf(undefined)).toEqual({})
    expect(readRecord(undefined)).toBeUndefined()
  })
})
