import type { z } from '@hono/zod-openapi'
import {
  appliedOf,
  countResults,
  describeWorkload,
  type ProjectStatus,
  ScalingError,
  type SweepOutcome,
} from '../../scaling/index.ts'
import type { Applied } from '../../schedule/index.ts'
import type { ProjectBody, Swept } from '../contract/projects.ts'
import { projectNodesBody } from './nodeAnswers.ts'

/** A project for the API's readers. */
export function projectBody({ project, next, workloads, waking, nodes }: ProjectStatus): z.infer<typeof ProjectBody> {
  return {
    name: project.name,
    namespaces: project.namespaces.map(({ name }) => name),
    node_pool: project.nodePool,
    nodes: projectNodesBody(nodes),
    schedule: { scale_down: project.scaleDown, scale_up: project.scaleUp, time_zone: project.timeZone },
    last_transitions: transitions(appliedOf(project.memory)),
    next_transitions: transitions(next),
    workloads,
    waking: waking.map(({ ref: { kind, namespace, name }, stage, since, why }) => {
      return { kind, namespace, name, stage, since, why }
    }),
    excluded: project.excluded,
    faults: project.faults,
  }
}

const transitions = (times: Applied) => ({
  scale_down: times['scale-down']?.toISOString(),
  scale_up: times['scale-up']?.toISOString(),
})

/** What a sweep was asked to do. */
export interface SweepFacts {
  project: string
  done: 'scaled to zero' | 'restored'
  dryRun: boolean
  now: Date
}

/**
 * The answer to a request that scaled a project.
 * @throws ScalingError `sweep-incomplete` naming each workload that could not be scaled
 */
export function sweptAnswer(
  outcomes: SweepOutcome[],
  { project, done, dryRun, now }: SweepFacts,
): z.infer<typeof Swept> {
  const workloads = outcomes.flatMap((outcome) => {
    if (outcome.result === 'failed') return []
    const { kind, namespace, name } = outcome.ref
    const { result, previousReplicas, targetReplicas, why } = outcome
    return [
      { kind, namespace, name, result, previous_replicas: previousReplicas, target_replicas: targetReplicas, why },
    ]
  })
  const failures = outcomes.flatMap((outcome) =>
    outcome.result === 'failed' ? [`${describeWorkload(outcome.ref)}: ${outcome.why}`] : [],
  )
  const counts = Object.entries(countResults(outcomes)).map(([result, count]) => `${count} ${result}`)
  if (failures.length > 0) {
    throw new ScalingError(
      'sweep-incomplete',
      `Project ${project} is not wholly ${done}: ${counts.join(', ')}. Repeat the request to do the rest. ${failures.slice(0, 20).join('; ')}`,
      { retryAfterSeconds: 5 },
    )
  }
  const summary = counts.length === 0 ? 'nothing to do' : counts.join(', ')
  return {
    status: 'success',
    message: `Project ${project} ${dryRun ? 'would be ' : ''}${done}: ${summary}`,
    ...(dryRun && { dry_run: true as const }),
    project,
    workloads,
    timestamp: now.toISOString(),
  }
}
