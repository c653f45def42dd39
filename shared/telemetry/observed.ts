import type { Observation } from '../scaling/index.ts'
import type { Telemetry } from './telemetry.ts'

/** Tells what the domain has observed, as the events and metrics of the catalogue. */
export function tellObserved(telemetry: Telemetry, observed: Observation): void {
  switch (observed.what) {
    case 'scaled': {
      const { project, ref, from, to, actor, reason } = observed
      telemetry.event(to === 0 ? 'ScaleToZero' : 'ScaleUp', {
        project,
        namespace: ref.namespace,
        kind: ref.kind,
        workload: ref.name,
        replicas_before: from,
        replicas_after: to,
        actor,
        reason,
      })
      return
    }
    case 'swept': {
      const { project, action, seconds, failures } = observed
      telemetry.metric('sweep_duration', seconds, { project, action })
      if (failures.length === 0) return
      telemetry.event('SweepFailed', {
        project,
        action,
        failed: failures.length,
        reason: failures.slice(0, 3).join('; '),
      })
      return
    }
    case 'fault': {
      const { project, fault } = observed
      telemetry.event('Fault', { project, key: fault.key, reason: fault.message })
      return
    }
    case 'asleep':
      telemetry.metric('workloads_asleep', observed.workloads, {})
      return
    case 'nodes':
      for (const { project, nodes } of observed.projects)
        telemetry.metric('nodes_of_sleeping_projects', nodes, { project })
      return
    case 'nodes-gone':
      telemetry.event('NodesGone', { project: observed.project, minutes: observed.minutes })
      return
    case 'nodes-back':
      telemetry.event('NodesBack', { project: observed.project, minutes: observed.minutes })
      return
    case 'ready':
      telemetry.event('Ready', { project: observed.project, minutes: observed.minutes })
      return
    case 'put-back': {
      const { project, minutes, by, sentences } = observed
      telemetry.event('PutBack', { project, minutes, actor: by.join('; '), reason: sentences.join('; ') })
      return
    }
    case 'nodes-held': {
      const { project, minutes, nodes, blockers } = observed
      telemetry.event('NodesHeld', { project, minutes, nodes, blockers: blockers.join('; ') })
    }
  }
}
