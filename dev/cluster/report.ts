import { type KubeObject, valueAt } from './objects.ts'
import { deployments, nodes, pods } from './resources.ts'
import { type Change, keyOf } from './store.ts'

/** Turns changes of Pods, nodes and a Deployment's readiness into one line each for people; all others into none. */
export function createReporter(report: (line: string) => void): (change: Change) => void {
  const reported = new Map<string, string>()

  return ({ type, resource, object, previous }) => {
    const name = keyOf(object.metadata)
    if (resource === nodes && type !== 'MODIFIED')
      report(`node        ${name} ${type === 'ADDED' ? 'added' : 'removed'}`)
    if (resource === pods) {
      const phase = type === 'DELETED' ? 'gone' : phaseOf(object)
      if (!previous || type === 'DELETED' || phaseOf(previous) !== phase) report(`pod         ${name} ${phase}`)
    }
    if (resource !== deployments || type === 'DELETED') return
    const before = reported.get(name) ?? (previous && readiness(previous)) ?? ''
    // Between a change of the spec and the controller's answer to it the figures are of two different times.
    const isSettled = object.status?.observedGeneration === object.metadata.generation
    const ready = isSettled ? readiness(object) : before
    reported.set(name, ready)
    if (ready !== before) report(`deployment  ${name} ${ready} ready`)
  }
}

const phaseOf = ({ metadata, status }: KubeObject) =>
  metadata.deletionTimestamp ? 'Terminating' : String(status?.phase ?? 'Pending')

const readiness = (object: KubeObject) =>
  `${valueAt(object, 'status.readyReplicas') ?? 0}/${valueAt(object, 'spec.replicas') ?? 0}`
