import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  appliedOf,
  type Memory,
  memoryAnnotations,
  readMemory,
  writeMemory,
} from '../../../../shared/scaling/project/memory.ts'

const time = fc.date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2100-01-01') })
const maybeTime = fc.option(time, { nil: undefined })
const name = fc.stringMatching(/^Deployment project-[a-z]\/[a-z*]+$/)
const memories: fc.Arbitrary<Memory> = fc.record({
  lastScaleDown: maybeTime,
  lastScaleUp: maybeTime,
  asleepSince: maybeTime,
  nodesAway: maybeTime,
  wakingSince: maybeTime,
  unfinished: fc.option(fc.record({ at: time, left: fc.array(name, { minLength: 1 }) }), { nil: undefined }),
  nodesVerified: maybeTime,
  nodesHeld: maybeTime,
  nodePoolUnknown: maybeTime,
  putBack: maybeTime,
  reportedFault: fc.option(fc.string(), { nil: undefined }),
})

/** The annotations of a namespace after a change, as the API server keeps them. */
const apply = (annotations: Record<string, string>, changes: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries({ ...annotations, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

test('a memory is read as it was written', () => {
  fc.assert(
    fc.property(memories, (memory) => {
      expect(readMemory(apply({}, writeMemory(memory)))).toEqual(memory)
    }),
  )
})

test('a change removes the fields that are undefined in it, and keeps the fields that it does not have', () => {
  fc.assert(
    fc.property(memories, memories, fc.subarray(Object.keys(memoryAnnotations)), (before, after, changed) => {
      const changes = Object.fromEntries(Object.entries(after).filter(([field]) => changed.includes(field)))
      const annotations = apply({ team: 'a', ...apply({}, writeMemory(before)) }, writeMemory(changes))
      expect(annotations.team).toBe('a')
      expect(readMemory(annotations)).toEqual({ ...before, ...changes })
    }),
  )
})

test('a value that cannot be read counts as forgotten', () => {
  const spoilt = Object.fromEntries(Object.values(memoryAnnotations).map((key) => [key, 'yesterday']))
  const forgotten = readMemory({})
  expect(readMemory(spoilt)).toEqual({ ...forgotten, reportedFault: 'yesterday' })
  expect(appliedOf(forgotten)).toEqual({ 'scale-down': undefined, 'scale-up': undefined })
})
