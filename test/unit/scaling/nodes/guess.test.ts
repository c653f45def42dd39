import { expect, test } from '@jest/globals'
import { type Namespace, resolve } from '../../../../shared/scaling/index.ts'
import { guessNodes } from '../../../../shared/scaling/nodes/guess.ts'
import { nodesOf } from '../../../../shared/scaling/project/ownNodes.ts'
import { workload } from '../workloads.ts'
import { node } from './objects.ts'

const seen = { now: new Date('2026-11-23T12:00:00Z'), protection: { added: [], removed: [] } }
const team = (name: string, annotations: Record<string, string> = {}): Namespace => ({
  name,
  uid: name,
  resourceVersion: '1',
  createdAt: '2026-11-01T00:00:00Z',
  annotations,
  labels: { 'aks-scale-to-zero/managed': 'true' },
})
const nodes = [node({ name: 'a', labels: { team: 'a' } }), node({ name: 'b', labels: { team: 'b' } })]

/** The names of the nodes that are guessed for the project `a`, whose workloads have these nodeSelectors. */
function guessed(
  selectors: (Record<string, string> | undefined)[],
  { own = {}, others = [] }: { own?: Record<string, string>; others?: Namespace[] } = {},
) {
  const { projects } = resolve([], [team('a', own), ...others], seen)
  const [project] = projects.filter(({ name }) => name === 'a')
  if (project === undefined) throw new Error('there is no project a')
  const found = guessNodes(
    project,
    selectors.map((nodeSelector) => workload({ nodeSelector })),
  )
  return found && { nodes: nodesOf(found.project, nodes).map(({ name }) => name), guess: found.guess }
}

test('the nodes of a project that names none are guessed by what all its workloads select, and it is said', () => {
  expect(guessed([{ team: 'a', disk: 'ssd' }, { team: 'a' }, undefined])).toEqual({
    nodes: ['a'],
    guess:
      'Its nodes are a guess, by the nodeSelector team=a that all its workloads have: the annotation ' +
      'aks-scale-to-zero/node-selector says which they are',
  })
})

test.each<[string, Record<string, string>[]]>([
  ['it has no workloads', []],
  ['one of its workloads may run anywhere', [{ team: 'a' }, {}]],
  ['they select different nodes', [{ team: 'a' }, { team: 'b' }]],
  ['they select what every node has', [{ 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': '1' }]],
])('nothing is guessed where %s', (_what, selectors) => {
  expect(guessed(selectors)).toBeUndefined()
})

test('nothing is guessed where the namespace names its nodes, or has tried to', () => {
  const claim = (nodes: string) => ({ own: { 'aks-scale-to-zero/node-selector': nodes } })
  expect(guessed([{ team: 'a' }], claim('disk=ssd'))).toBeUndefined()
  expect(guessed([{ team: 'a' }], claim('disk'))).toBeUndefined()
})

test('a guess takes no node that somebody has claimed', () => {
  const others = [team('b', { 'aks-scale-to-zero/node-selector': 'team=b' })]
  expect(guessed([{ team: 'b' }], { others })?.nodes).toEqual([])
})
