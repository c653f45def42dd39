import { z } from '@hono/zod-openapi'
import { blockerReasons } from '../../../scaling/index.ts'
import { count, time } from './fields.ts'

const azure = z.string().openapi({
  description: '`connected`, or the reason why the answer has only what Kubernetes knows of the pools.',
  example: 'connected',
})
const warnings = z
  .array(z.string())
  .openapi({ description: 'Reasons why it could not reach zero nodes, and what to do.' })

/** A node pool, without its nodes. A missing field is unknown. */
const PoolFacts = z.object({
  name: z.string(),
  mode: z.string().optional().openapi({ description: '`System` or `User`', example: 'User' }),
  count,
  min: count.optional(),
  max: count.optional(),
  autoscaling: z.boolean().optional(),
  vm_size: z.string().optional(),
  provisioning_state: z.string().optional(),
  power_state: z.string().optional(),
})

const NodeFacts = z.object({
  name: z.string(),
  ready: z.boolean(),
  since: time.optional().openapi({ description: 'The time since which it is ready, or not ready.' }),
})

/** One thing that holds a node. */
const Blocker = z
  .object({
    reason: z.enum(blockerReasons),
    message: z.string().openapi({ description: 'The object that holds it, why, and what to do.' }),
    object: z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() }),
    command: z.string().openapi({
      description: 'The command that lifts it where one does, otherwise the one that shows the object.',
      example: 'kubectl delete pod debug -n project-a',
    }),
  })
  .openapi('Blocker')

/** The nodes of a project. */
export const ProjectNodesBody = z
  .object({
    should_be_asleep: z.boolean().openapi({ description: 'If so, each node says what holds it.' }),
    pools: z.array(PoolFacts),
    nodes: z.array(
      NodeFacts.extend({
        blockers: z.array(Blocker),
        explanation: z
          .string()
          .optional()
          .openapi({ description: 'The reason why it stays although nothing holds it.' }),
      }),
    ),
    warnings,
    azure: azure.optional(),
    unknown: z.string().optional().openapi({ description: 'The reason why nothing of this is known.' }),
    guess: z.string().optional().openapi({ description: 'Says that these nodes are guessed, and by what.' }),
  })
  .openapi('ProjectNodes')

/** A node pool as people and the Portal see it. */
export const NodePoolBody = PoolFacts.extend({
  project: z.string().optional().openapi({ description: 'The project that uses it.' }),
  nodes: z.array(
    NodeFacts.extend({
      pods: count.openapi({ description: 'Without those of DaemonSets and mirror Pods.' }),
      daemon_pods: count.openapi({ description: 'Those of DaemonSets and mirror Pods, which hold no node.' }),
    }),
  ),
  warnings,
}).openapi('NodePool')

export const NodePoolsAnswer = z
  .object({ status: z.literal('success'), azure, node_pools: z.array(NodePoolBody), timestamp: time })
  .openapi('NodePoolsAnswer')
