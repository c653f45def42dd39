import { describe, expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { chart } from '../../../../dev/chart/index.ts'
import { ChangelogError, released, sectionOf, versionsOf } from '../../../../dev/release/changelog.ts'
import { isVersion, withVersion } from '../../../../dev/release/version.ts'
import { read } from '../../docs/documents.ts'

const { version } = JSON.parse(read('package.json')) as { version: string }

describe('the version', () => {
  test('is the same in package.json, its lock file and the chart, and the changelog tells of it first', () => {
    const lock = JSON.parse(read('package-lock.json')) as { version: string; packages: Record<string, object> }
    expect(lock).toMatchObject({ version, packages: { '': { version } } })
    expect(load(read(`${chart}/Chart.yaml`))).toMatchObject({ version, appVersion: version })
    expect(versionsOf(read('CHANGELOG.md'))[0]).toBe(version)
    expect(sectionOf(read('CHANGELOG.md'), version)).not.toBe('')
  })

  const places = { 'package.json': 1, 'package-lock.json': 2, [`${chart}/Chart.yaml`]: 2 }

  test('is set in every file that has it, and changes no other line', () => {
    expect(withVersion(version, read)).toEqual(
      Object.fromEntries(Object.keys(places).map((path) => [path, read(path)])),
    )
    const set = withVersion('7.8.9-rc.1', read)
    for (const [path, times] of Object.entries(places)) {
      const before = read(path).split('\n')
      const changed = (set[path] ?? '').split('\n').filter((line, index) => line !== before[index])
      expect(changed.filter((line) => line.includes('7.8.9-rc.1'))).toHaveLength(times)
      expect(changed).toHaveLength(times)
    }
  })

  test.each(['0.1.0', '10.20.30', '1.0.0-rc.1'])('can be %s', (text) => expect(isVersion(text)).toBe(true))
  test.each(['v0.1.0', '1.0', '01.0.0', '1.0.0+build', 'latest', ''])('cannot be "%s"', (text) =>
    expect(isVersion(text)).toBe(false),
  )
})

describe('the changelog', () => {
  const head = '# Changelog\n\n## [Unreleased]\n'
  const old = '\n## [0.1.0] - 2026-01-01\n\n- Old.\n'

  test('gives a new version what was not released yet', () => {
    const changelog = released(`${head}\n- New.\n${old}`, { version: '0.2.0', day: '2026-02-03' })
    expect(versionsOf(changelog)).toEqual(['0.2.0', '0.1.0'])
    expect(changelog).toContain('## [0.2.0] - 2026-02-03\n\n- New.\n')
    expect(sectionOf(changelog, 'Unreleased')).toBe('')
    expect(sectionOf(changelog, '0.1.0')).toBe('- Old.')
  })

  test('stays as it is when it has the version', () => {
    expect(released(head + old, { version: '0.1.0', day: '2026-02-03' })).toBe(head + old)
  })

  test('refuses a version of which it says nothing', () => {
    expect(() => released(head + old, { version: '0.2.0', day: '2026-02-03' })).toThrow(ChangelogError)
  })
})
