import { describe, expect, test } from '@jest/globals'
import { type Namespace, type Project, type ProjectSettings, resolve } from '../../../../shared/scaling/index.ts'
import { misnamed, poolsOf } from '../../../../shared/scaling/nodes/ownership.ts'
import { nodesOf } from '../../../../shared/scaling/project/ownNodes.ts'
import { node, pool, surroundings } from '../nodes/objects.ts'

const poolKey = 'aks-scale-to-zero/node-pool'
const selectorKey = 'aks-scale-to-zero/node-selector'
const seen = { now: new Date('2026-11-23T12:00:00Z'), protection: { added: [], removed: [] } }

/** A labelled namespace, made on this day of November. */
const team = (name: string, day: number, annotations: Record<string, string>): Namespace => ({
  name,
  uid: name,
  resourceVersion: '1',
  createdAt: `2026-11-${String(day).padStart(2, '0')}T00:00:00Z`,
  annotations,
  labels: { 'aks-scale-to-zero/managed': 'true' },
})
const settingsOf = (more: Partial<ProjectSettings>): ProjectSettings => ({
  ...{ name: 'configured', namespaces: ['configured'], scaleDown: [], scaleUp: [], timeZone: 'UTC' },
  ...more,
})
const resolved = (namespaces: Namespace[], settings: ProjectSettings[] = []) =>
  new Map(resolve(settings, namespaces, seen).projects.map((project) => [project.name, project]))
const inPool = (name: string, agentpool: string, labels: Record<string, string> = {}) =>
  node({ name, labels: { 'kubernetes.azure.com/agentpool': agentpool, ...labels } })

/** The nodes and the number of faults of each project. */
const given = (namespaces: Namespace[], nodes: ReturnType<typeof node>[], settings: ProjectSettings[] = []) =>
  Object.fromEntries(
    [...resolved(namespaces, settings)].map(([name, project]) => [
      name,
      { nodes: nodesOf(project, nodes).map((one) => one.name), faults: project.faults.length },
    ]),
  )

describe('a namespace that is a project by its label', () => {
  test.each([
    ['its pool', { [poolKey]: 'poola' }],
    ['its labels', { [selectorKey]: 'team=a, gpu = no' }],
  ])('names %s', (_, annotations) => {
    const nodes = [inPool('mine', 'poola', { team: 'a', gpu: 'no' }), inPool('other', 'poolb', { team: 'a' })]
    expect(given([team('a', 1, annotations)], nodes)).toEqual({ a: { nodes: ['mine'], faults: 0 } })
  })

  test.each([
    ['a pool', { [poolKey]: 'Pool A' }, `${poolKey} is "Pool A", which is no name of a node pool`],
    ['no labels', { [selectorKey]: '' }, `${selectorKey} is "", which cannot be read`],
    ['labels without values', { [selectorKey]: 'team' }, `${selectorKey} is "team", which cannot be read`],
    ['a label twice', { [selectorKey]: 'team=a,team=b' }, `${selectorKey} is "team=a,team=b", which cannot be read`],
    ['a very long text', { [selectorKey]: 'x'.repeat(200_000) }, `${selectorKey} is "xxx`],
  ])('is told that it cannot be read where it names %s', (_, annotations, said) => {
    const project = resolved([team('a', 1, annotations)]).get('a')
    expect(project?.faults.map(({ message }) => message)).toEqual([expect.stringContaining(said)])
    expect(project?.faults[0]?.message.length).toBeLessThan(600)
    expect(nodesOf(project as Project, [inPool('x', 'poola')])).toEqual([])
  })

  test('is given no nodes that an older one has claimed, and is not told whose they are', () => {
    const namespaces = [team('b', 2, { [poolKey]: 'shared' }), team('a', 3, { [poolKey]: 'shared' })]
    const nodes = [inPool('one', 'shared')]
    expect(given(namespaces, nodes)).toEqual({
      b: { nodes: ['one'], faults: 0 },
      a: { nodes: [], faults: 1 },
    })
    const [fault] = resolved(namespaces).get('a')?.faults ?? []
    expect(fault?.message).toBe(
      `project a: ${poolKey} is "shared", but these nodes are the system's or belong to another project already: ` +
        'ask whoever operates the cluster to name them in PROJECTS',
    )
  })

  test('comes before another of the same age by its name, in whatever order they are listed', () => {
    const [a, b] = [team('a', 1, { [selectorKey]: 'team=x' }), team('b', 1, { [selectorKey]: 'team=x,disk=ssd' })]
    const nodes = [inPool('one', 'pool', { team: 'x', disk: 'ssd' })]
    const expected = { a: { nodes: ['one'], faults: 0 }, b: { nodes: [], faults: 1 } }
    expect([given([a, b], nodes), given([b, a], nodes)]).toEqual([expected, expected])
  })

  test('is given no nodes of PROJECTS, however old it is', () => {
    const settings = [settingsOf({ nodePool: 'poola' })]
    const nodes = [inPool('one', 'poola', { team: 'a' }), inPool('two', 'poolb', { team: 'a' })]
    const byPool = team('old', 1, { [poolKey]: 'poola' })
    const byLabelOfPool = team('older', 1, { [selectorKey]: 'kubernetes.azure.com/agentpool=poola' })
    const byLabel = team('oldest', 1, { [selectorKey]: 'team=a' })
    const configured = { ...team('configured', 9, {}), labels: {} }
    expect(given([byPool, byLabelOfPool, byLabel, configured], nodes, settings)).toEqual({
      configured: { nodes: ['one'], faults: 0 },
      old: { nodes: [], faults: 1 },
      older: { nodes: [], faults: 1 },
      oldest: { nodes: ['two'], faults: 0 },
    })
  })

  test('is given no node of the system', () => {
    const system = { 'kubernetes.azure.com/mode': 'system', 'kubernetes.io/os': 'linux' }
    const nodes = [inPool('system-1', 'system', system), inPool('user-1', 'user', { 'kubernetes.io/os': 'linux' })]
    expect(given([team('a', 1, { [selectorKey]: 'kubernetes.io/os=linux' })], nodes).a?.nodes).toEqual(['user-1'])
    expect(given([team('a', 1, { [poolKey]: 'system' })], nodes).a?.nodes).toEqual([])
  })

  test('sees no pool in which others have nodes, and learns no names of pools by making one up', () => {
    const nodes = [inPool('one', 'mixed', { team: 'a' }), inPool('two', 'mixed', { team: 'b' })]
    const projects = resolved([team('a', 1, { [selectorKey]: 'team=a' }), team('b', 2, { [poolKey]: 'mixed' })])
    const [a, b] = [projects.get('a') as Project, projects.get('b') as Project]
    expect([nodesOf(a, nodes), nodesOf(b, nodes)].map((all) => all.map(({ name }) => name))).toEqual([['one'], ['two']])
    expect(poolsOf(b, [pool({ name: 'mixed', nodes })])).toEqual([])
    const known = { pools: [pool({ name: 'secret' })], profile: surroundings().profile, autoscaler: undefined }
    expect(misnamed(b, { ...known, withoutAzure: undefined }, {})).toBe(
      'Project b names the node pool mixed, which is not in this cluster',
    )
  })
})

test('the annotations of nodes are faults where nobody reads them', () => {
  const configured = { ...team('configured', 1, { [poolKey]: 'poola' }), labels: {} }
  const stranger = { ...team('stranger', 1, { [selectorKey]: 'team=a' }), labels: {} }
  const { projects, unusable } = resolve([settingsOf({})], [configured, stranger], seen)
  expect([...projects, ...unusable].flatMap(({ faults }) => faults.map(({ message }) => message))).toEqual([
    `project configured: namespace configured: nobody reads its annotation ${poolKey}: PROJECTS says which nodes are its own`,
    `project stranger: namespace stranger: nobody reads its annotation ${selectorKey}: it is no project without the label aks-scale-to-zero/managed=true`,
  ])
})
