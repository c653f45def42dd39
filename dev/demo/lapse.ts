/** Time in lapse: at `startedMs` of the real clock it was `fromMs`, and since then it passes `pace` times as fast. */
export interface Lapse {
  fromMs: number
  startedMs: number
  pace: number
}

/** Where its host finds it: see hostClock.ts. */
export const lapseVariable = 'DEMO_LAPSE'

/** The time in lapse, in milliseconds, when the real clock says `realMs`. */
export const lapsedMs = ({ fromMs, startedMs, pace }: Lapse, realMs: number): number =>
  fromMs + (realMs - startedMs) * pace
