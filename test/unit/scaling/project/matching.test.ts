import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../../shared/config.ts'
import { faultsOfMatches, type Namespace, resolve } from '../../../../shared/scaling/index.ts'
import { matchesPattern } from '../../../../shared/scaling/project/matching.ts'
import { dueFor } from '../../../../shared/scaling/project/tick/due.ts'

const now = new Date('2026-11-23T22:00:00Z')
const namespace = (name: string, more: Partial<Namespace> = {}): Namespace => ({
  name,
  uid: name,
  resourceVersion: '1',
  createdAt: '2026-11-01T00:00:00Z',
  annotations: {},
  labels: {},
  ...more,
})
const night = { labels: { night: 'yes' } }
const settingsOf = (...entries: object[]) => readConfig({ PROJECTS: JSON.stringify(entries) }).projects
const lines = { scaleDown: '0 22 * * *', scaleUp: '0 7 * * *' }
const teams = { name: 'teams', namespacePattern: 'team-*', ...lines }
const nights = { name: 'nights', namespaceSelector: { night: 'yes' }, ...lines }

/** Every project with its namespaces, what is due of it, and its faults. */
function seen(entries: object[], namespaces: Namespace[]) {
  const circumstances = { now, protection: { added: [], removed: [] } }
  const { projects, unusable } = resolve(settingsOf(...entries), namespaces, circumstances)
  const remembered = { lastScaleUp: new Date('2026-11-23T07:00:00Z'), lastScaleDown: new Date('2026-11-22T22:00:00Z') }
  return [
    ...projects.map((project) => {
      const { memory } = project
      const due = dueFor('scale-down', { ...project, memory: { ...memory, ...remembered } }, { now, tickMs: 0 }).kind
      return `${project.name}: ${project.namespaces.map(({ name }) => name).join(' ')}: ${due}`
    }),
    ...[...projects, ...unusable].flatMap(({ faults }) => faults.map(({ message }) => message)),
  ]
}

describe('an entry of PROJECTS that finds its namespaces', () => {
  test('by a pattern makes each a project of its own, by the one schedule', () => {
    expect(seen([teams], [namespace('team-a'), namespace('team-b'), namespace('other')])).toEqual([
      'team-a: team-a: apply',
      'team-b: team-b: apply',
    ])
  })

  test('by labels makes all of them one project where it says so', () => {
    const entry = { ...nights, oneProject: true }
    expect(seen([entry], [namespace('a', night), namespace('b', night), namespace('c')])).toEqual([
      'nights: a b: apply',
    ])
  })

  test('by both needs both', () => {
    const entry = { ...teams, namespaceSelector: night.labels }
    expect(seen([entry], [namespace('team-a', night), namespace('team-b'), namespace('c', night)])).toEqual([
      'team-a: team-a: apply',
    ])
  })

  test('yields to the annotations of a namespace', () => {
    const annotations = { 'aks-scale-to-zero/scale-down': '0 23 * * *' }
    expect(seen([teams], [namespace('team-a', { annotations }), namespace('team-b')])).toEqual([
      'team-a: team-a: none',
      'team-b: team-b: apply',
    ])
  })

  test('never takes a protected namespace', () => {
    const entry = { ...nights, namespacePattern: '*e*' }
    expect(seen([entry], [namespace('kube-system', night), namespace('keda', night), namespace('me', night)])).toEqual([
      'me: me: apply',
    ])
  })

  test('puts nothing to zero while more match than it says, and tells how many', () => {
    const many = ['a', 'b', 'c'].map((name) => namespace(name, night))
    expect(seen([{ ...nights, atMost: 2 }], many)).toEqual([
      'a: a: none',
      'b: b: none',
      'c: c: none',
      ...['a', 'b', 'c'].map(
        (name) =>
          `project ${name}: 3 namespaces match the entry nights of PROJECTS, more than its atMost of 2: raise that, or correct the entry`,
      ),
    ])
  })

  test('that matches nothing is told', () => {
    expect(seen([teams], [namespace('other')])).toEqual([
      'project teams: no namespace matches the entry teams of PROJECTS',
    ])
  })

  test('keeps awake what another entry matches as well, with both names', () => {
    expect(seen([teams, nights], [namespace('team-a', night), namespace('team-b'), namespace('c', night)])).toEqual([
      'team-a: team-a: none',
      'team-b: team-b: apply',
      'c: c: apply',
      'project team-a: namespace team-a is of the entry teams of PROJECTS, and nights matches it as well: change one of them',
    ])
  })

  test('yields to an entry that names the namespace, which is told of it', () => {
    const a = { name: 'a', namespaces: ['web'], ...lines }
    expect(seen([nights, a], [namespace('web', night), namespace('c', night)])).toEqual([
      'c: c: apply',
      'a: web: apply',
      'project a: namespace web is of the entry a of PROJECTS, and nights matches it as well: change one of them',
    ])
  })

  test('never makes a second project of a name, which a key for the first one could scale', () => {
    const a = { name: 'a', namespaces: ['web'], ...lines }
    expect(seen([nights, a], [namespace('a', night), namespace('web')])).toEqual([
      'a: web: apply',
      'project a: namespace a is of the entry a of PROJECTS, and nights matches it as well: change one of them',
      'project nights: no namespace matches the entry nights of PROJECTS',
    ])
  })

  test('lets each namespace claim its nodes, as the entry names none', () => {
    const annotations = { 'aks-scale-to-zero/node-pool': 'teama' }
    const [settings, circumstances] = [settingsOf(teams), { now, protection: { added: [], removed: [] } }]
    const { projects } = resolve(settings, [namespace('team-a', { annotations })], circumstances)
    expect(projects).toMatchObject([{ name: 'team-a', nodePool: 'teama', claimsNodes: true, faults: [] }])
  })
})

describe('PROJECTS refuses at the start', () => {
  test.each([
    [{ name: 'a', namespaces: ['a'], namespacePattern: 'a-*' }, 'namespaces: are named, or found by'],
    [{ name: 'a', namespaceSelector: {} }, 'must name a label'],
    [{ name: 'a', namespacePattern: '*' }, 'must be a part of a name with *'],
    [{ name: 'a', oneProject: true }, 'is for namespaceSelector and namespacePattern only'],
    [{ name: 'a', namespacePattern: 'a-*', atMost: 0 }, 'atMost'],
  ])('%j', (entry, fault) => {
    expect(() => settingsOf(entry)).toThrow(fault)
  })

  test('overlaps that are seen without the cluster, with both names', () => {
    const again = { ...teams, name: 'again' }
    const a = { name: 'a', namespaces: ['team-a', 'web'] }
    expect(faultsOfMatches(settingsOf(teams, again, a))).toEqual([
      'teams and again match the same namespaces',
      'the pattern of teams matches team-a, which is of a',
      'the pattern of again matches team-a, which is of a',
    ])
    expect(faultsOfMatches(settingsOf(teams, nights, { ...a, namespaces: ['web'] }))).toEqual([])
  })
})

test.each([
  ['team-*', 'team-a', true],
  ['team-*', 'team-', true],
  ['team-*', 'my-team-a', false],
  ['*-dev', 'a-dev', true],
  ['*-dev', 'a-dev-2', false],
  ['a*b*c', 'axbxc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['a**b', 'ab', true],
  ['exact', 'exact', true],
  ['exact', 'exactly', false],
])('%s and %s: %s', (pattern, name, expected) => {
  expect(matchesPattern(pattern, name)).toBe(expected)
})
