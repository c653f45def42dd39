import { isPastGrace, type Pod } from '../../cluster/pod.ts'
import { held } from '../commonPodRules.ts'
import type { PodContext, Verdict } from '../policy.ts'
import { whyItStays } from '../whyItStays.ts'

/** https://karpenter.sh/docs/concepts/disruption/#pod-level-controls */
export const doNotDisruptAnnotation = 'karpenter.sh/do-not-disrupt'

/** How long Karpenter waits for a Pod that is past its grace period: IsStuckTerminating. */
const stuckTerminatingMs = 60_000

/** A Pod that has ended, to Karpenter whatever its restartPolicy: IsTerminal. */
export const terminal = ({ phase }: Pod): Verdict =>
  phase === 'Succeeded' || phase === 'Failed' ? 'holds-nothing' : undefined

/** Karpenter no longer waits for such a Pod. */
export const stuckTerminating = (pod: Pod, { now }: Pick<PodContext, 'now'>): Verdict =>
  isPastGrace(pod, now, stuckTerminatingMs) ? 'holds-nothing' : undefined

/** A person has asked to keep the Pod where it is, for good or for a time after its creation. */
export function doNotDisrupt(pod: Pod, { now }: Pick<PodContext, 'now'>): Verdict {
  const value = pod.annotations[doNotDisruptAnnotation]
  if (value === undefined) return undefined
  const lastsMs = value === 'true' ? Number.POSITIVE_INFINITY : durationMs(value)
  if (Date.parse(pod.createdAt) + lastsMs <= now.getTime()) return undefined
  return held(pod, 'DoNotDisrupt', {
    because: `is annotated ${doNotDisruptAnnotation}: "${value}"`,
    do: 'delete it when it is done, or remove the annotation',
  })
}

/** The Pod would have to go, by itself or to another node. */
export function needsPlace(pod: Pod, context: PodContext): Verdict {
  const onlyEmpty = context.pool?.karpenter?.consolidationPolicy === 'WhenEmpty'
  return whyItStays(pod, context, onlyEmpty ? notEmpty : noPlace)
}

const notEmpty = {
  reason: 'NotEmpty',
  because: 'Karpenter removes only empty nodes of this pool (consolidationPolicy WhenEmpty)',
} as const
const noPlace = {
  reason: 'NoPlaceToMovePods',
  because: 'it has to fit on another node, at a lower cost, before this one goes',
} as const

/** Reads `1h30m` as Go writes it. Karpenter treats a value that is no duration as no annotation, so that is 0. */
function durationMs(text: string): number {
  if (!/^(\d+(\.\d+)?[hms])+$/.test(text)) return 0
  const unitMs = { h: 3_600_000, m: 60_000, s: 1000 }
  const parts = [...text.matchAll(/([\d.]+)([hms])/g)]
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0)
}
