import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import {
  allStates,
  invalidName,
  type LabState,
  type Ports,
  readState,
  writeState,
} from '../../../../dev/lab/labState.ts'
import { cacheFolder, labPaths } from '../../../../dev/lab/paths.ts'

describe('the name of a lab', () => {
  test.each(['default', 'a', '7', 'e2e', 'two-labs', 'a--b', 'x'.repeat(30)])('may be %s', (name) => {
    expect(invalidName(name)).toBeUndefined()
  })

  test.each(['', '-a', 'a-', '-', 'A', 'a_b', 'a.b', 'a b', '..', '../a', 'a/b', 'é', 'a\n', 'x'.repeat(31)])(
    'may not be %j, and the message says which names are valid',
    (name) => {
      expect(invalidName(name)).toContain(`'${name}' is not a name for a lab: use 1 to 30 of a-z, 0-9 and '-'`)
    },
  )
})

describe('the cache folder', () => {
  test.each<[NodeJS.ProcessEnv, RegExp, string]>([
    [{ XDG_CACHE_HOME: '/cache' }, /^\/cache\/aks-scale-to-zero$/, 'it is set'],
    [{ XDG_CACHE_HOME: '' }, /\/\.cache\/aks-scale-to-zero$/, 'it is empty, which counts as unset'],
    [{}, /\/\.cache\/aks-scale-to-zero$/, 'it is not set'],
  ])('with %j is %s, because %s', (env, expected) => {
    expect(cacheFolder(env)).toMatch(expected)
  })
})

describe('the stored state of a lab', () => {
  const cache = mkdtempSync(join(tmpdir(), 'lab-state-'))
  afterAll(() => rmSync(cache, { recursive: true }))
  const stateOf = (name: string): LabState => ({
    name,
    hosts: true,
    addOns: [],
    apiAuth: 'key',
    ports: { etcd: 20_000 } as Ports,
  })

  test('is undefined for a lab that does not exist', async () => {
    expect(await readState(cache, 'none')).toBeUndefined()
    expect(await allStates(cache)).toEqual([])
  })

  test('is read as it was written, separately for each lab, and a lock is not a lab', async () => {
    await writeState(cache, stateOf('one'))
    await writeState(cache, stateOf('two'))
    await writeState(cache, { ...stateOf('two'), apiAuth: 'none' })
    writeFileSync(labPaths(cache, 'one').lock, '1 1')
    expect(await readState(cache, 'one')).toEqual(stateOf('one'))
    const all = await allStates(cache)
    expect(all.map(({ name, apiAuth }) => `${name} ${apiAuth}`).sort()).toEqual(['one key', 'two none'])
  })

  test('may come from a version of the lab that had no add-ons', async () => {
    await writeState(cache, stateOf('old'))
    const { addOns, ...old } = stateOf('old')
    writeFileSync(labPaths(cache, 'old').state, JSON.stringify(old))
    expect(await readState(cache, 'old')).toEqual({ ...old, addOns })
  })

  test('is an error when it cannot be read, instead of undefined', async () => {
    await writeState(cache, stateOf('broken'))
    writeFileSync(labPaths(cache, 'broken').state, '{')
    await expect(readState(cache, 'broken')).rejects.toThrow()
  })
})
