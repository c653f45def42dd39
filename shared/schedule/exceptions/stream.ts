import type { Action, Transition } from '../transition.ts'

/** A transition as the calendar has it: whether it acts, and why. */
export interface PlannedTransition extends Transition {
  /** The cron line that wants it, or the exception that decides about it. */
  because: string
  acts: boolean
  /** When the schedule wanted it, where a suspension has put it off to `at`. */
  wantedAt?: Date
}

/** The transitions that are asked for, of the times in (afterMs, untilMs], which may be infinite. */
export interface Range {
  afterMs: number
  untilMs: number
  actions: readonly Action[]
  /** Whether those that an exception leaves out are not wanted. Passing over them then costs nothing. */
  acting: boolean
  newestFirst: boolean
}

/** Transitions in the order of their times. They are computed as they are read. */
export type Stream = (range: Range) => Iterable<PlannedTransition>

/** The first one of a range. */
export function first(stream: Iterable<PlannedTransition>): PlannedTransition | undefined {
  for (const transition of stream) return transition
  return undefined
}
