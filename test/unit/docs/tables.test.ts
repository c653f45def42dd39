import { describe, expect, test } from '@jest/globals'
import { generatedPaths, render, tableOf } from '../../../dev/tables/index.ts'
import { createRoutes } from '../../../shared/api/index.ts'
import { readConfig } from '../../../shared/config.ts'
import { exclusionAnnotations } from '../../../shared/scaling/exclusion.ts'
import { asleepLabel, kinds, managedLabel, namespaceAnnotations } from '../../../shared/scaling/index.ts'
import { read } from './documents.ts'

const code = (text: string) => `\`${text}\``

test.each(generatedPaths)('the tables of %s follow the code: otherwise run npm run fix', (path) => {
  // One sentence says more than a comparison of two long texts.
  if (render(path, read) !== read(path)) throw new Error(`${path} is stale: run npm run fix.`)
})

const routes = Object.values(createRoutes(() => new Date(0)))

test.each(['docs/api-reference.md', 'docs/api-reference.ja.md'])('%s has a section for every route', (path) => {
  const headings = [...read(path).matchAll(/^## (.*)$/gm)].flatMap(([, heading = '']) => heading.split(', '))
  const expected = routes.map(({ method, path: route }) => `${method.toUpperCase()} ${route}`)
  expect(expected.filter((route) => !headings.includes(route))).toEqual([])
})

test.each(['', '.ja'])('record%s.md names the label of sleepers', (language) => {
  expect(read(`docs/record${language}.md`)).toContain(code(asleepLabel.key))
})

test.each(['', '.ja'])('schedules%s.md and record%s.md name every annotation of a namespace', (language) => {
  const text = read(`docs/schedules${language}.md`) + read(`docs/record${language}.md`)
  const names = [...Object.values(namespaceAnnotations), ...Object.values(exclusionAnnotations), managedLabel.key]
  expect(names.filter((name) => !text.includes(name))).toEqual([])
})

describe.each(['docs/schedules.md', 'docs/schedules.ja.md'])('%s', (path) => {
  test('says of every kind of workload how it sleeps', () => {
    const rows = tableOf(read(path), path.endsWith('.ja.md') ? '種類' : 'Kind')
    const described = rows.flatMap(([cell = '']) => cell.split(/, |、/)).map((name) => name.replace(/[ （(].*/, ''))
    expect(described).toEqual(Object.keys(kinds))
  })

  test('names every field of a project in PROJECTS', () => {
    const json = /```json\n([\s\S]*?)```/.exec(read(path))?.[1]
    const { projects } = readConfig({ PROJECTS: json })
    expect(projects).toHaveLength(1)
    const described = tableOf(read(path), path.endsWith('.ja.md') ? 'フィールド' : 'Field').flatMap(([cell = '']) =>
      cell.split(/, |、/),
    )
    expect(described).toEqual(
      ['name', 'namespaces', 'nodePool', 'nodeSelector', 'scaleDown', 'scaleUp', 'timeZone'].map(code),
    )
  })
})

/** Every word for programs that an error can carry; they are no value of the program, so they are read off its text. */
const errorCodes = [
  ...read('shared/scaling/errors.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm),
  ...['shared/api/errors.ts', 'shared/api/authentication.ts', 'shared/api/body.ts', 'functions/http.ts'].flatMap(
    (file) => [...read(file).matchAll(/(?:ApiError\(\d+, |code: )'([a-z-]+)'/g)],
  ),
].map(([, found = '']) => found)

test.each(['', '.ja'])(
  'api-reference%s.md lists every error, and troubleshooting has a section for each',
  (language) => {
    expect(errorCodes).toEqual(
      expect.arrayContaining(['workload-not-found', 'unauthorized', 'internal-error', 'misconfigured']),
    )
    const reference = read(`docs/api-reference${language}.md`)
    const troubleshooting = read(`docs/troubleshooting${language}.md`)
    const lacks = (word: string) =>
      !reference.includes(`${code(word)}](troubleshooting${language}.md#${word})`) ||
      !troubleshooting.includes(`\n### ${code(word)}\n`)
    expect([...new Set(errorCodes)].filter(lacks)).toEqual([])
  },
)
