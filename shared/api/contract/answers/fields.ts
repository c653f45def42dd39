import { z } from '@hono/zod-openapi'
import { results, stages } from '../../../scaling/index.ts'

/** ISO 8601 in UTC. */
export const time = z.string().openapi({ format: 'date-time' })

/** A number of things. */
export const count = z.number().int()

export const result = z.enum(results).openapi({
  description:
    '`changed`: the replicas were changed; `record-updated`: it sleeps already, its reason or wake-up time was ' +
    'changed; `already`: nothing to do; `at-zero-before`: somebody else had it at zero, so it is left alone; ' +
    '`woken-meanwhile`: somebody else woke it, their replicas stay; `orphaned`: it was deleted in Git while it slept, so ' +
    'it stays asleep, `why` says what to do; `skipped`: it is left out, `why` has the reason.',
})

export const dryRun = z.literal(true).optional().openapi({ description: 'Nothing was changed.' })

export const progress = {
  stage: z.enum(stages).openapi({
    description:
      '`unknown`: it cannot be read, `why` has the reason; `waiting-for-node`: it fits on no node; ' +
      '`node-starting`: a node is on its way; `scheduling`: its Pod does not exist yet, or the scheduler has not processed it; ' +
      '`pulling-image`, `starting`: on its node; `ready`.',
  }),
  since: time,
  why: z.string().optional().openapi({
    description: 'The reason why it is stuck, in the words of the scheduler, the autoscaler, the kubelet or a quota.',
    example: "0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector.",
  }),
}

const podProgress = z.object({
  name: z.string(),
  ...progress,
  node: z.string().optional().openapi({ description: 'Its node, once it has one.' }),
  waits_for: z.string().optional().openapi({
    description: 'Until then the node, the node group or the NodeClaim that is on its way for it, where one is named.',
    example: 'aks-projecta-10000000-vmss',
  }),
})

/** The Pods of a workload that is waking. */
export const wakingPods = {
  pods: z.array(podProgress).openapi({ description: 'The first 20, the least advanced first.' }),
  more_pods: count.optional().openapi({ description: 'The number of the others, if there are any.' }),
}
