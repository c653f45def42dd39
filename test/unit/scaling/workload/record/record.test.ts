import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { maxReplicas } from '../../../../../shared/scaling/index.ts'
import {
  annotationsOf,
  labelsOf,
  readRecord,
  recordAnnotations,
  type SleepRecord,
} from '../../../../../shared/scaling/workload/record/record.ts'
import { carriedWith, present, sleepRecord } from '../../workloads.ts'

const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

const record: fc.Arbitrary<SleepRecord> = fc.record({
  originalReplicas: fc.integer({ min: 1, max: maxReplicas }),
  reason: fc.string({ unit: 'grapheme' }),
  scaledAt: time,
  scaledBy: fc.string(),
  scheduledScaleUp: fc.option(time, { nil: undefined }),
  scope: fc.constantFrom('workload', 'project'),
})

const example = sleepRecord({ originalReplicas: 3, scheduledScaleUp: '2026-11-24T00:00:00.000Z', scope: 'project' })
const { annotations, labels } = carriedWith(example)
// The record as it is in the labels alone.
const known = { ...example, reason: '', scaledBy: '', scheduledScaleUp: undefined }

describe('the record', () => {
  test('is read as it was written, whatever other annotations and labels there are', () => {
    fc.assert(
      fc.property(record, fc.dictionary(fc.string(), fc.string()), (written, others) => {
        const carried = carriedWith(written)
        expect(readRecord(carried)).toEqual(written)
        const among = { annotations: { ...others, ...carried.annotations }, labels: { ...others, ...carried.labels } }
        expect(readRecord(among)).toEqual(written)
      }),
    )
  })

  test('is public: these are the annotations and labels of every released version', () => {
    expect(annotations).toEqual({
      'aks-scale-to-zero/original-replicas': '3',
      'aks-scale-to-zero/reason': 'nightly',
      'aks-scale-to-zero/scaled-at': '2026-11-23T13:00:00.000Z',
      'aks-scale-to-zero/scaled-by': 'alice',
      'aks-scale-to-zero/scheduled-scale-up': '2026-11-24T00:00:00.000Z',
      'aks-scale-to-zero/scope': 'project',
    })
    expect(labels).toEqual({
      'aks-scale-to-zero/asleep': 'true',
      'aks-scale-to-zero/original-replicas': '3',
      'aks-scale-to-zero/scaled-at': '2026-11-23T13_00_00.000Z',
      'aks-scale-to-zero/scope': 'project',
    })
  })

  test('is written in labels that Kubernetes accepts', () => {
    fc.assert(
      fc.property(record, (written) => {
        for (const value of Object.values(present(labelsOf(written)))) {
          expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/)
        }
      }),
    )
  })

  describe('after kubectl rollout undo, which replaces all annotations and leaves the labels,', () => {
    test('still has the count and the scope when the annotations are gone', () => {
      expect(readRecord({ annotations: undefined, labels })).toEqual(known)
    })

    test('takes nothing from annotations of an earlier sleep', () => {
      const earlier = {
        ...example,
        originalReplicas: 2,
        scaledAt: '2026-11-22T13:00:00.000Z',
        scope: 'workload' as const,
      }
      expect(readRecord({ ...carriedWith(earlier), labels })).toEqual(known)
    })

    test('does not exist when the workload was awake, whatever annotations came back', () => {
      expect(readRecord({ annotations, labels: undefined })).toBeUndefined()
      expect(readRecord({ annotations, labels: { 'aks-scale-to-zero/asleep': 'false' } })).toBeUndefined()
    })
  })

  test.each(['2026-11-24T00:00Z', '2026-11-24T09:00+09:00', '2026-11-24T09:00:00+09:00'])(
    'holds the wake-up time %s that a person wrote',
    (time) => {
      const edited = { ...annotations, [recordAnnotations.scheduledScaleUp]: time }
      expect(readRecord({ annotations: edited, labels })).toMatchObject({ scheduledScaleUp: time })
    },
  )

  test('holds the count that a person wrote into the annotation', () => {
    const edited = { ...annotations, [recordAnnotations.originalReplicas]: '5' }
    expect(readRecord({ annotations: edited, labels })).toEqual({ ...example, originalReplicas: 5 })
  })

  test.each(['', '0', '-1', '1.5', '2e3', 'two', '1000000000'])(
    'uses the label when the count in the annotation is %j',
    (count) => {
      const spoilt = { ...annotations, [recordAnnotations.originalReplicas]: count }
      expect(readRecord({ annotations: spoilt, labels })).toEqual(known)
      expect(readRecord({ annotations: spoilt, labels: { 'aks-scale-to-zero/asleep': 'true' } })).toBeUndefined()
    },
  )

  test('is still read when somebody broke everything except the count', () => {
    const spoilt = { [recordAnnotations.originalReplicas]: '2', [recordAnnotations.scope]: 'x' }
    expect(readRecord({ annotations: spoilt, labels: { 'aks-scale-to-zero/asleep': 'true' } })).toMatchObject({
      originalReplicas: 2,
      scope: 'workload',
    })
  })

  test('that does not exist has no annotations and no labels', () => {
    expect(present(annotationsOf(undefined))).toEqual({})
    expect(present(labelsOf(undefined))).toEqual({})
    expect(readRecord({ annotations: undefined, labels: undefined })).toBeUndefined()
  })
})
