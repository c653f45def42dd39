import { describe, expect, test } from '@jest/globals'
import type { WorkloadRef } from '../../../../shared/scaling/cluster/workload.ts'
import {
  isLeftOf,
  readUnfinished,
  unfinishedOf,
  writeUnfinished,
} from '../../../../shared/scaling/project/unfinished.ts'

const at = new Date('2026-11-22T22:00:00Z')
const web: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'web' }
const api: WorkloadRef = { ...web, name: 'api' }
const job: WorkloadRef = { kind: 'CronJob', namespace: 'project-b', name: 'report' }
const anyOf = (ref: WorkloadRef): WorkloadRef => ({ ...ref, name: '*' })

/** Tells whether a workload is left, after the rest of a transition was written and read again. */
function isLeftAfter(...left: WorkloadRef[]): (ref: WorkloadRef) => boolean {
  const read = readUnfinished(writeUnfinished(unfinishedOf(at, left)))
  if (read === undefined) throw new Error('it cannot be read')
  expect(read.at).toEqual(at)
  return isLeftOf(read)
}

describe('the rest of a transition', () => {
  test('holds the workloads that failed, and the lists that they are in', () => {
    const isLeft = isLeftAfter(web)
    expect([web, anyOf(web), api, job, anyOf(job)].map(isLeft)).toEqual([true, true, false, false, false])
  })

  test('holds all workloads of a kind and namespace that could not be listed', () => {
    const isLeft = isLeftAfter(anyOf(web), job)
    expect([web, api, anyOf(web), job, { ...job, name: 'other' }].map(isLeft)).toEqual([true, true, true, true, false])
  })

  test('is written as kinds and namespaces when it is too long for an annotation', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...web, name: `web-${index}` }))
    expect(writeUnfinished(unfinishedOf(at, many))).toBe('2026-11-22T22:00:00.000Z: Deployment project-a/*')
    expect([web, job].map(isLeftAfter(...many))).toEqual([true, false])
  })

  test.each(['', 'Deployment project-a/web', 'yesterday: Deployment project-a/web', '2026-11-22T22:00:00.000Z'])(
    'cannot be read from %j',
    (text) => {
      expect(readUnfinished(text)).toBeUndefined()
    },
  )
})
