import { describe, expect, test } from '@jest/globals'
import type { WorkloadRef } from '../../../../shared/scaling/cluster/workload.ts'
import { readUnfinished, writeUnfinished } from '../../../../shared/scaling/project/unfinished.ts'

const transition = new Date('2026-11-22T22:00:00Z')
const web: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'web' }
const api: WorkloadRef = { ...web, name: 'api' }
const job: WorkloadRef = { kind: 'CronJob', namespace: 'project-b', name: 'report' }
const anyOf = (ref: WorkloadRef): WorkloadRef => ({ ...ref, name: '*' })
const read = (...left: WorkloadRef[]) => readUnfinished(writeUnfinished(transition, left), transition) ?? (() => true)

describe('what is left of a transition', () => {
  test('is what failed, in the places where something did', () => {
    const isLeft = read(web)
    expect([web, anyOf(web), api, job, anyOf(job)].map(isLeft)).toEqual([true, true, false, false, false])
  })

  test('is all of a kind and namespace that could not be listed', () => {
    const isLeft = read(anyOf(web), job)
    expect([web, api, anyOf(web), job, { ...job, name: 'other' }].map(isLeft)).toEqual([true, true, true, true, false])
  })

  test('is told by kinds and namespaces when it is more than an annotation holds', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...web, name: `web-${index}` }))
    expect(writeUnfinished(transition, many)).toBe('2026-11-22T22:00:00.000Z: Deployment project-a/*')
    expect([web, job].map(read(...many))).toEqual([true, false])
  })

  test('is not known before the first attempt, nor from one of another transition', () => {
    expect(readUnfinished(undefined, transition)).toBeUndefined()
    expect(readUnfinished(writeUnfinished(new Date('2026-11-21T22:00:00Z'), [web]), transition)).toBeUndefined()
  })
})
