import type { Action } from '../transition.ts'

/** A time until which transitions are put off. At its end the newest of them counts. */
export interface Hold {
  actions: readonly Action[]
  /** Milliseconds since the epoch; Infinity where nobody knows the end. */
  untilMs: number
  because: string
  /**
   * Whether its end is like the end of an outage: what was applied before counts as done, and a scale-down may come too
   * late. Otherwise the end is a transition of its own.
   */
  isOutage: boolean
  /** Whether it holds for every project. */
  isOfAll?: boolean
}

/** Days on which nothing is woken, from the first midnight to the one after the last, on the wall clock of the project. */
export interface DaysOff {
  fromWallMs: number
  toWallMs: number
  because: string
}

/** The public holidays that are among the days off. */
export interface KnownHolidays {
  country: string
  /** The last year of which they are known. */
  untilYear: number
  /** From where they are, as its licence asks. */
  source: string
}

/** Everything by which people depart from a schedule. */
export interface Exceptions {
  /** Undefined, or what keeps the project awake or asleep. */
  hold: Hold | undefined
  suspension: Hold | undefined
  /** The transitions at these times are left out. */
  skips: readonly Date[]
  daysOff: readonly DaysOff[]
  /** Whether what was raised in the night is put to zero again. */
  enforce?: boolean
  /** Undefined where the project asks for none. */
  holidays?: KnownHolidays | undefined
}

export const noExceptions: Exceptions = { hold: undefined, suspension: undefined, skips: [], daysOff: [] }

export const bothDirections: readonly Action[] = ['scale-down', 'scale-up']
