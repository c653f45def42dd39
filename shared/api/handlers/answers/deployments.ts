import type { z } from '@hono/zod-openapi'
import {
  type Inspection,
  isKedaActive,
  type Outcome,
  type PairOutcome,
  workloadStatusOf,
} from '../../../scaling/index.ts'
import type { DeploymentStatus, Scaled } from '../../contract/answers/deployments.ts'
import { wakingBody } from './waking.ts'

/** The facts of a request to scale that its outcome does not have. */
interface Asked {
  reason: string
  now: Date
  dryRun: boolean
}

/** The answer to a request that scaled, or that found nothing to do. */
export function scaledAnswer(outcome: PairOutcome, { reason, now, dryRun }: Asked): z.infer<typeof Scaled> {
  const { ref, scaledObjects, record, previousReplicas, readyReplicas, targetReplicas } = outcome
  const asleep = targetReplicas === 0
  const result = scaledObjects.some((one) => one.result === 'changed') ? 'changed' : outcome.result
  const waking = result === 'changed' || readyReplicas < targetReplicas ? 'scaling-up' : 'active'
  return {
    status: 'success',
    message: [summaryOf(outcome, dryRun), ...scaledObjects.flatMap((one) => summaryOfScaler(one, dryRun))].join('. '),
    result,
    ...(dryRun && { dry_run: true as const }),
    deployment: {
      name: ref.name,
      namespace: ref.namespace,
      previous_replicas: previousReplicas,
      current_replicas: asleep ? 0 : readyReplicas,
      target_replicas: targetReplicas,
      target_status: asleep ? 'scaled-to-zero' : waking,
      scaling_reason: record?.reason ?? reason,
      ...(record?.scheduledScaleUp && { scheduled_scale_up: record.scheduledScaleUp }),
      ...scalersOf(scaledObjects.map((one) => ({ ref: one.ref, replicas: one.targetReplicas }))),
    },
    timestamp: now.toISOString(),
  }
}

/** The ScaledObjects of an answer, which is without them where KEDA does not scale the Deployment. */
function scalersOf(found: { ref: Outcome['ref']; replicas: number }[]) {
  if (found.length === 0) return {}
  const scalers = found.map(({ ref: { name }, replicas }) => {
    const status: 'active' | 'paused' = isKedaActive(replicas) ? 'active' : 'paused'
    return { name, status }
  })
  return { scaled_objects: scalers }
}

/** A sentence about a ScaledObject that was paused or released with its target. */
function summaryOfScaler({ result, ref, targetReplicas, why }: Outcome, dryRun: boolean): string[] {
  if (result === 'orphaned') return [`ScaledObject ${ref.name} stays paused: ${why}`]
  if (result !== 'changed') return []
  const done = isKedaActive(targetReplicas) ? 'KEDA decides again' : `paused at ${targetReplicas} replicas`
  return [`ScaledObject ${ref.name}${dryRun ? ', as it would be' : ''}: ${done}`]
}

/** Sums up an outcome for a person. When nothing was done, that comes first. */
function summaryOf({ result, targetReplicas, why }: Outcome, dryRun: boolean): string {
  const replicas = `${targetReplicas} ${targetReplicas === 1 ? 'replica' : 'replicas'}`
  switch (result) {
    case 'changed':
      return `Deployment ${dryRun ? 'would be ' : ''}scaled to ${targetReplicas === 0 ? 'zero' : replicas}`
    case 'already':
      return `Nothing to do: Deployment ${targetReplicas === 0 ? 'is scaled to zero' : `has ${replicas}`} already`
    case 'record-updated':
      return `Deployment is scaled to zero already; its reason and wake-up time ${dryRun ? 'would be' : 'are'} updated`
    case 'at-zero-before':
      return 'Nothing to do: Deployment was at zero already, not by this service; it is left as it is'
    case 'orphaned':
      return `Nothing woken: ${why}`
    case 'skipped':
      return `Nothing done: Deployment is left as it is: ${why}`
    case 'woken-meanwhile':
      return `Nothing woken: somebody else woke the Deployment already, and what they set stays: ${replicas}`
  }
}

/** The answer to a status request; one that has `waited` is told whether it is ready. */
export function statusAnswer(
  { workload, waking, scaledObjects }: Inspection,
  { now, waited }: { now: Date; waited: boolean },
): z.infer<typeof DeploymentStatus> {
  const { name, namespace } = workload.ref
  const { state, lastScaleAt, record } = workloadStatusOf(workload)
  return {
    status: 'success',
    message: 'Deployment status retrieved successfully',
    ...(waited && { ready: state === 'active' }),
    deployment: {
      name,
      namespace,
      deployment: name,
      current_replicas: workload.readyReplicas,
      desired_replicas: workload.desiredReplicas,
      available_replicas: workload.availableReplicas,
      status: state,
      last_scale_time: lastScaleAt,
      ...(record && {
        original_replicas: record.originalReplicas,
        scaling_reason: record.reason,
        scaled_by: record.scaledBy,
        ...(record.scheduledScaleUp && { scheduled_scale_up: record.scheduledScaleUp }),
      }),
      ...scalersOf(scaledObjects.map(({ ref, desiredReplicas }) => ({ ref, replicas: desiredReplicas }))),
      ...(waking && { waking: wakingBody(waking) }),
    },
    timestamp: now.toISOString(),
  }
}
