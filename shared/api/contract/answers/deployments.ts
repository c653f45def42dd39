import { z } from '@hono/zod-openapi'
import { workloadStates } from '../../../scaling/index.ts'
import { count, dryRun, progress, result, time, wakingPods } from './fields.ts'

const scaledObjects = z
  .array(z.object({ name: z.string(), status: z.enum(['active', 'paused']) }))
  .optional()
  .openapi({
    description:
      'The ScaledObjects of KEDA that scale this Deployment, if there are any. KEDA changes nothing while one is paused.',
  })

/** The answer to a request that scales. */
export const Scaled = z
  .object({
    status: z.literal('success'),
    message: z.string().openapi({ example: 'Deployment scaled to zero' }),
    result,
    dry_run: dryRun,
    deployment: z.object({
      name: z.string(),
      namespace: z.string(),
      previous_replicas: count,
      current_replicas: count.openapi({
        description: 'Replicas that were ready when the request came; 0 after scale-to-zero.',
      }),
      target_replicas: count,
      target_status: z.enum(['scaled-to-zero', 'scaling-up', 'active']),
      scaling_reason: z.string(),
      scheduled_scale_up: time.optional(),
      scaled_objects: scaledObjects,
    }),
    timestamp: time,
  })
  .openapi('Scaled')

export const DeploymentStatus = z
  .object({
    status: z.literal('success'),
    message: z.literal('Deployment status retrieved successfully'),
    ready: z.boolean().optional().openapi({ description: 'With `wait=ready` only: whether the Deployment is ready.' }),
    deployment: z.object({
      name: z.string(),
      namespace: z.string(),
      deployment: z.string().openapi({ description: 'The name once more, as earlier clients expect it.' }),
      current_replicas: count.openapi({ description: 'Replicas that are ready.' }),
      desired_replicas: count,
      available_replicas: count,
      status: z.enum(workloadStates),
      last_scale_time: time,
      original_replicas: count.optional(),
      scaling_reason: z.string().optional(),
      scaled_by: z.string().optional(),
      scheduled_scale_up: time.optional(),
      scaled_objects: scaledObjects,
      waking: z
        .object({ ...progress, ...wakingPods })
        .optional()
        .openapi({
          description: 'While fewer replicas are ready than wanted: how far its least advanced Pod has come.',
        }),
    }),
    timestamp: time,
  })
  .openapi('DeploymentStatus')
