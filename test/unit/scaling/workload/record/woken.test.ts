import { expect, test } from '@jest/globals'
import { annotationsOfWoken, faultsOfWoken, readWoken } from '../../../../../shared/scaling/workload/record/woken.ts'
import { present } from '../../workloads.ts'

const now = new Date('2026-11-23T13:00:00Z')
const woken = { at: new Date('2026-11-23T12:00:00Z'), by: 'alice' }
const written = present(annotationsOfWoken(woken))
const carrying = (changes: Record<string, string>) => {
  const ours = Object.entries(changes).map(([key, value]) => [`aks-scale-to-zero/${key}`, value])
  return { annotations: { ...written, ...Object.fromEntries(ours) } }
}

test('the trace is read as it was written', () => {
  expect(readWoken({ annotations: written }, now)).toEqual(woken)
  expect(faultsOfWoken(written, now)).toEqual([])
  expect(readWoken({ annotations: undefined }, now)).toBeUndefined()
  expect(faultsOfWoken(undefined, now)).toEqual([])
})

test('the clocks of two hosts may differ a little', () => {
  const at = '2026-11-23T13:04:59Z'
  expect(readWoken(carrying({ 'woken-at': at }), now)?.at).toEqual(new Date(at))
})

test.each([
  ['in the future', '2026-11-24T13:00:00Z', 'is 2026-11-24T13:00:00.000Z, which is in the future'],
  ['that is none', 'yesterday', 'is "yesterday", which is no time'],
  ['that is empty', '', 'is "", which is no time'],
])('a time %s wakes nobody, and is a fault', (_what, text, fault) => {
  const { annotations } = carrying({ 'woken-at': text })
  expect(readWoken({ annotations }, now)).toBeUndefined()
  const key = 'aks-scale-to-zero/woken-at'
  expect(faultsOfWoken(annotations, now)).toEqual([
    { key, message: `its annotation ${key} ${fault}, and counts for nothing` },
  ])
})

test('a name of 100 KB is a fault, of which a hundred characters are repeated, and is nobody', () => {
  const { annotations } = carrying({ 'woken-by': 'x'.repeat(100_000) })
  expect(readWoken({ annotations }, now)).toEqual({ ...woken, by: '' })
  const [fault, ...more] = faultsOfWoken(annotations, now)
  expect(more).toEqual([])
  expect(fault?.message).toContain('has 100000 characters, which is no name')
  expect(fault?.message.length).toBeLessThan(250)
})
