import { describeWorkload, type WorkloadRef } from '../../cluster/workload.ts'
import { messageOf } from '../../errors.ts'
import type { Outcome } from '../../workload/outcome.ts'

/** The outcome for one workload or, with the name `*`, for the listing of a kind. */
export type SweepOutcome = Outcome | { result: 'failed'; ref: WorkloadRef; why: string; error: unknown }

/** A workload that could not be scaled: the message is for the summary, the error itself for the log. */
export const failed = (ref: WorkloadRef, error: unknown): SweepOutcome => ({
  result: 'failed',
  ref,
  why: messageOf(error),
  error,
})

/** A sentence for each workload that failed, e.g. `Deployment project-a/web: Kubernetes did not answer in time`. */
export const failuresOf = (outcomes: SweepOutcome[]): string[] =>
  outcomes.flatMap((one) => (one.result === 'failed' ? [`${describeWorkload(one.ref)}: ${one.why}`] : []))

/** The workloads that were changed. */
export const changedOf = (outcomes: SweepOutcome[]): WorkloadRef[] =>
  outcomes.flatMap(({ ref, result }) => (result === 'changed' ? ref : []))

/** The number of outcomes with each result, e.g. `{ changed: 12, skipped: 1 }`. */
export function countResults(outcomes: SweepOutcome[]): Partial<Record<SweepOutcome['result'], number>> {
  const counts: Partial<Record<SweepOutcome['result'], number>> = {}
  for (const { result } of outcomes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}

/** The same in words, e.g. `12 changed, 1 skipped`. */
export const describeCounts = (outcomes: SweepOutcome[]): string =>
  Object.entries(countResults(outcomes))
    .map(([result, count]) => `${count} ${result}`)
    .join(', ')
