import { describe, expect, test } from '@jest/globals'
import { workloadStatusOf } from '../../../../shared/scaling/workload/status.ts'
import { carriedWith, sleepRecord, workload } from '../workloads.ts'

const record = sleepRecord()
const carried = carriedWith(record)

describe('the status of a workload', () => {
  test.each([
    ['inactive', 'zero is wanted, even while Pods still end', { desiredReplicas: 0, readyReplicas: 1 }],
    ['inactive', 'zero is wanted and not yet observed', { desiredReplicas: 0, observed: false }],
    ['unknown', 'its controller has not seen the newest spec', { observed: false }],
    ['scaling', 'not all are ready', { readyReplicas: 1 }],
    ['scaling', 'there are still too many', { readyReplicas: 3 }],
    ['active', 'all are ready', {}],
  ])('is %s when %s', (state, _why, changes) => {
    expect(workloadStatusOf(workload(changes)).state).toBe(state)
  })

  test('has the record while the workload sleeps', () => {
    expect(workloadStatusOf(workload({ desiredReplicas: 0, ...carried }))).toEqual({
      state: 'inactive',
      lastScaleAt: '2026-11-23T13:00:00.000Z',
      record,
    })
  })

  test('ignores the record when somebody woke the workload', () => {
    expect(workloadStatusOf(workload({ desiredReplicas: 1, ...carried }))).toMatchObject({
      lastScaleAt: '2026-11-01T00:00:00Z',
      record: undefined,
    })
  })
})
