import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { postMortem } from '../../../../dev/lab/failure.ts'
import { type Ports, writeState } from '../../../../dev/lab/labState.ts'
import { labPaths, logOf } from '../../../../dev/lab/paths.ts'

const cache = mkdtempSync(join(tmpdir(), 'lab-failure-'))
afterAll(() => rmSync(cache, { recursive: true }))

const begun = (name: string) => writeState(cache, { name, hosts: true, addOns: [], apiAuth: 'key', ports: {} as Ports })

describe('the report on a lab that did not start', () => {
  test('is empty before anything was started', async () => {
    expect(await postMortem(cache, 'none')).toBe('')
  })

  test('says where the logs are, even when no component has ended', async () => {
    await begun('whole')
    expect(await postMortem(cache, 'whole')).toBe(`The logs are in ${labPaths(cache, 'whole').logs}`)
  })

  test('names each component that has ended, with the last lines of its log', async () => {
    await begun('half')
    const paths = labPaths(cache, 'half')
    const log = logOf(paths, 'functions')
    await mkdir(dirname(log), { recursive: true })
    await writeFile(log, '1\n2\n3\n4\n5\n6\n')
    const end = 'functions is not running. Its log ends with\n    2\n    3\n    4\n    5\n    6'
    expect(await postMortem(cache, 'half')).toBe(`${end}\nThe logs are in ${paths.logs}`)
  })
})
