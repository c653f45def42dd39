import {
  annotationsOf,
  labelsOf,
  leases,
  type SleepRecord,
  watchedAnnotation,
  writeMemory,
} from '../../shared/scaling/index.ts'
import { readSchedule, type Transition, transitionsBetween } from '../../shared/schedule/index.ts'
import type { KubeObject } from '../cluster/index.ts'
import { pastOf } from './past.ts'
import { beginning, type DemoProject, demoProjects, podsOfNode } from './projects.ts'

const template = (name: string, nodeSelector: object) => ({
  metadata: { labels: { app: name } },
  spec: { nodeSelector, containers: [{ name, image: `registry.example.com/${name}:1` }] },
})

const dayMs = 24 * 60 * 60 * 1000
const daysOfPast = 30

/** The transitions of the days before the beginning, the oldest first. */
function transitionsOf({ scaleDown, scaleUp, timeZone }: DemoProject): Transition[] {
  const { schedule } = readSchedule({ scaleDown, scaleUp, timeZone })
  const none = { hold: undefined, suspension: undefined, skips: [], daysOff: [] }
  const from = new Date(beginning.getTime() - daysOfPast * dayMs)
  return schedule === undefined ? [] : [...transitionsBetween(schedule, none, { from, to: beginning })]
}

/** The entries that have a value. */
const present = (map: Record<string, string | undefined>): Record<string, string> => JSON.parse(JSON.stringify(map))

/** How a Deployment is that its project has put to zero at this time, or that is awake. */
function stateOf(replicas: number, asleepSince: Date | undefined) {
  if (asleepSince === undefined) return { metadata: {}, spec: { replicas } }
  const record: SleepRecord = {
    originalReplicas: replicas,
    reason: 'the night before',
    scaledAt: asleepSince.toISOString(),
    scaledBy: 'schedule',
    scheduledScaleUp: undefined,
    scope: 'project',
  }
  return {
    metadata: { annotations: present(annotationsOf(record)), labels: present(labelsOf(record)) },
    spec: { replicas: 0 },
  }
}

/** The nodes that its Pods need. */
function nodesOf({ pool, vmSize, deployments }: DemoProject) {
  const pods = Object.values(deployments).reduce((sum, replicas) => sum + replicas, 0)
  return [{ pool, size: vmSize, count: Math.ceil(pods / podsOfNode) }]
}

function objectsOf(project: DemoProject): object[] {
  const { name: namespace, deployments, annotations } = project
  const past = transitionsOf(project)
  const last = (action: Transition['action']) => past.findLast((one) => one.action === action)?.at ?? beginning
  const asleepSince = past.at(-1)?.action === 'scale-down' ? last('scale-down') : undefined
  const memory = writeMemory({
    lastScaleDown: last('scale-down'),
    lastScaleUp: last('scale-up'),
    asleepSince,
    nodesVerified: asleepSince,
  })
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, annotations: { ...annotations, ...present(memory) } },
    },
    pastOf({ ...project, nodes: nodesOf(project) }, { transitions: past, isAsleep: asleepSince !== undefined }),
    ...Object.entries(deployments).map(([name, replicas]) => {
      const { metadata, spec } = stateOf(replicas, asleepSince)
      const pods = { selector: { matchLabels: { app: name } }, template: template(name, { project: namespace }) }
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { ...metadata, name, namespace },
        spec: { ...spec, ...pods },
      }
    }),
  ]
}

/** The heartbeat of a timer that has looked at the nodes for all of the past. */
const watched = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    ...leases.verifyScaledToZero,
    annotations: { [watchedAnnotation]: new Date(beginning.getTime() - daysOfPast * dayMs).toISOString() },
  },
  spec: { holderIdentity: 'demo', leaseDurationSeconds: 300, renewTime: beginning.toISOString() },
}

/** What is in the cluster when the demo begins. */
export const demoObjects = (): KubeObject[] =>
  [
    ...demoProjects.flatMap(objectsOf),
    watched,
    // Somebody has left it there, and it holds its node.
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'debug-shell', namespace: 'staging' } },
      spec: template('debug-shell', { project: 'staging' }).spec,
    },
  ] as KubeObject[]
