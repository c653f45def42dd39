import { describe, expect, test } from '@jest/globals'
import { loadAllYaml } from '@kubernetes/client-node'
import { httpStatuses } from '../../../shared/api/errors.ts'
import { createRoutes } from '../../../shared/api/index.ts'
import { readConfig, settings } from '../../../shared/config.ts'
import {
  asleepLabel,
  blockerReasons,
  kinds,
  managedLabel,
  memoryAnnotations,
  recordAnnotations,
  results,
  scheduleAnnotations,
  stages,
  workloadStates,
} from '../../../shared/scaling/index.ts'
import { exclusionAnnotations } from '../../../shared/scaling/workload/exclusion.ts'
import { read, tableOf } from './documents.ts'

const readme = read('README.md')
const code = (text: string) => `\`${text}\``

const defaultOf = (schema: (typeof settings)[keyof typeof settings]): string => {
  const { data } = schema.safeParse(undefined)
  return data === undefined ? '' : code(Array.isArray(data) ? JSON.stringify(data) : String(data))
}

const rows = Object.entries(settings).map(([name, schema]) => [
  code(name),
  defaultOf(schema),
  (schema.description ?? '').replaceAll('|', '\\|'),
])

test('the settings table of README.md says what shared/config.ts says', () => {
  const found = tableOf(readme, 'Setting')
  if (JSON.stringify(found) === JSON.stringify(rows)) return
  const table = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  throw new Error(`The settings table of README.md is not that of shared/config.ts. This is:\n\n${table}\n`)
})

test('the Japanese settings table has the same settings and defaults', () => {
  const found = tableOf(read('docs/README.ja.md'), '設定').map(([name, value]) => [name, value])
  expect(found).toEqual(rows.map(([name, value]) => [name, value]))
})

test('CONTRIBUTING.md gives one reason for each npm dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const found = tableOf(read('CONTRIBUTING.md'), 'Package')
  expect(found.map(([name]) => name)).toEqual(
    [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})].map(code),
  )
  expect(found.filter(([, reason]) => !reason)).toEqual([])
})

const routes = Object.values(createRoutes(() => new Date(0)))

test.each(['README.md', 'docs/README.ja.md', 'docs/api-reference.md', 'docs/api-reference.ja.md'])(
  '%s names every route',
  (path) => {
    const text = read(path)
    const missing = routes.map(({ method, path: route }) => `${method.toUpperCase()} ${route}`)
    expect(missing.filter((route) => !text.includes(route))).toEqual([])
  },
)

test.each(['README.md', 'docs/README.ja.md'])('%s names every annotation and label of the record', (path) => {
  const names = [...Object.values(recordAnnotations), asleepLabel.key]
  expect(names.filter((name) => !read(path).includes(code(name)))).toEqual([])
})

describe.each(['docs/schedules.md', 'docs/schedules.ja.md'])('%s', (path) => {
  test('names every annotation of a namespace, and the label that makes it a project', () => {
    const annotations = [scheduleAnnotations, memoryAnnotations, exclusionAnnotations]
    const names = [...annotations.flatMap((keys): string[] => Object.values(keys)), managedLabel.key]
    expect(names.filter((name) => !read(path).includes(name))).toEqual([])
  })

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

interface Role {
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[]
}

/** The verbs for each resource as `kubectl describe` prints them: all rules about one resource in one line. */
function describeRole({ rules = [] }: Role): string[] {
  const granted = rules.flatMap(({ apiGroups: [group], resources, verbs }) =>
    resources.map((resource) => ({ name: group ? `${resource}.${group}` : resource, verbs })),
  )
  const byName = [...Map.groupBy(granted, ({ name }) => name)]
  return byName.map(([name, rights]) => `${name} [${rights.flatMap(({ verbs }) => verbs).join(' ')}]`)
}

test.each(['', '.ja'])('the RBAC audit of operations-guide%s.md expects what rbac.yaml grants', (language) => {
  const lines = read(`docs/operations-guide${language}.md`).matchAll(/^# {3}(\S+) +(\[.+\])$/gm)
  const expected = [...lines].map(([, name, verbs]) => `${name} ${verbs}`)
  const roles = loadAllYaml(read('scale-api/manifests/rbac.yaml')) as Role[]
  expect(expected.sort()).toEqual(roles.flatMap(describeRole).sort())
})

test.each(['', '.ja'])('troubleshooting%s.md says of every reason for which a node stays what lifts it', (language) => {
  const rows = tableOf(read(`docs/troubleshooting${language}.md`), language === '' ? 'Reason' : '理由')
  expect(rows.flatMap(([cell = '']) => cell.split(/, |、/))).toEqual(blockerReasons.map(code))
})
