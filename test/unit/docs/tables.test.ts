import { describe, expect, test } from '@jest/globals'
import { generatedPaths, render, tableOf } from '../../../dev/tables/index.ts'
import { httpStatuses } from '../../../shared/api/errors.ts'
import { createRoutes } from '../../../shared/api/index.ts'
import { readConfig } from '../../../shared/config.ts'
import {
  asleepLabel,
  kinds,
  managedLabel,
  memoryAnnotations,
  nodeAnnotations,
  results,
  scheduleAnnotations,
  stages,
  workloadStates,
} from '../../../shared/scaling/index.ts'
import { exclusionAnnotations } from '../../../shared/scaling/workload/refusals/exclusion.ts'
import { sharedNamespaces, systemNamespaces } from '../../../shared/scaling/workload/refusals/protectedNamespaces.ts'
import { anchorsOf, read } from './documents.ts'

const code = (text: string) => `\`${text}\``

test.each(generatedPaths)('the tables of %s follow the code; npm run fix writes them', (path) => {
  // One sentence says more than a comparison of two long texts.
  if (render(path, read) !== read(path)) throw new Error(`${path} is stale: run npm run fix.`)
})

test.each([
  ['docs/deploy.md', 'Field'],
  ['docs/deploy.ja.md', 'フィールド'],
])('%s says what every field of infra/projects.json means', (path, head) => {
  const projects = JSON.parse(read('infra/projects.json')) as { pool: object }[]
  const fields = projects.flatMap(({ pool, ...own }) => [
    ...Object.keys(own),
    ...Object.keys(pool).map((field) => `pool.${field}`),
  ])
  const described = tableOf(read(path), head).map(([field]) => field)
  expect(described.toSorted()).toEqual([...new Set(fields)].map(code).toSorted())
})

const routes = Object.values(createRoutes(() => new Date(0)))

test.each(['docs/api-reference.md', 'docs/api-reference.ja.md'])('%s has a section for every route', (path) => {
  const headings = [...read(path).matchAll(/^## (.*)$/gm)].flatMap(([, heading = '']) => heading.split(', '))
  const expected = routes.map(({ method, path: route }) => `${method.toUpperCase()} ${route}`)
  expect(expected.filter((route) => !headings.includes(route))).toEqual([])
})

test.each(['docs/api-reference.md', 'docs/api-reference.ja.md'])('%s names every protected namespace', (path) => {
  const names = [
    ...systemNamespaces.names,
    ...systemNamespaces.prefixes.map((prefix) => `${prefix}*`),
    ...sharedNamespaces,
  ]
  expect(names.filter((name) => !read(path).includes(code(name)))).toEqual([])
})

test('the description of each alert leads to an entry of troubleshooting.md, and its rows to the entries', () => {
  const texts = JSON.parse(read('infra/monitoring/alerts.json')) as Record<string, { entry: string }>
  const entries = Object.values(texts).map(({ entry }) => entry)
  expect(anchorsOf(read('docs/troubleshooting.md'))).toEqual(expect.arrayContaining(entries))
  // The Japanese entries have anchors of their own, which the test of links looks for.
  const rows = tableOf(read('docs/telemetry.ja.md'), 'アラート')
  expect(rows.filter((cells) => !cells.join(' ').includes('](troubleshooting.ja.md#'))).toEqual([])
})

test.each(['', '.ja'])('record%s.md names the label of sleeping workloads', (language) => {
  expect(read(`docs/record${language}.md`)).toContain(code(asleepLabel.key))
})

test.each(['', '.ja'])(
  'schedules%s.md and the record document of that language name every annotation of a namespace',
  (language) => {
    const text = read(`docs/schedules${language}.md`) + read(`docs/record${language}.md`)
    const annotations = [scheduleAnnotations, nodeAnnotations, memoryAnnotations, exclusionAnnotations]
    const names = [...annotations.flatMap((keys): string[] => Object.values(keys)), managedLabel.key]
    expect(names.filter((name) => !text.includes(name))).toEqual([])
  },
)

describe.each(['docs/schedules.md', 'docs/schedules.ja.md'])('%s', (path) => {
  test('says how every kind of workload sleeps', () => {
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
      [
        ...['name', 'namespaces', 'namespaceSelector', 'namespacePattern', 'nodePool', 'nodeSelector'],
        ...['scaleDown', 'scaleUp', 'timeZone'],
      ].map(code),
    )
  })
})

describe.each([
  ['docs/api-reference.md', 'docs/troubleshooting.md', 'Status'],
  ['docs/api-reference.ja.md', 'docs/troubleshooting.ja.md', 'ステータス'],
])('%s', (reference, troubleshooting, statusHead) => {
  const table = (head: string) => tableOf(read(reference), head)

  test('lists every error with its status, and troubleshooting has a section for each', () => {
    const [, file = ''] = troubleshooting.split('/')
    const rows = Object.entries(httpStatuses).map(([word, status]) => `${status} [${code(word)}](${file}#${word})`)
    expect(
      table(statusHead)
        .map(([status, error]) => `${status} ${error}`)
        .sort(),
    ).toEqual(rows.sort())
    const lacks = (word: string) => !read(troubleshooting).includes(`\n### ${code(word)}\n`)
    expect(Object.keys(httpStatuses).filter(lacks)).toEqual([])
  })

  test('says what every result, stage and state means', () => {
    const first = (head: string) => table(code(head)).map(([word]) => word)
    expect(first('result').sort()).toEqual(results.map(code).sort())
    expect(first('stage').sort()).toEqual(stages.map(code).sort())
    const states = /^\| `status` \|.*$/m.exec(read(reference))?.[0] ?? ''
    expect(workloadStates.filter((state) => !states.includes(`${code(state)}:`))).toEqual([])
  })
})
