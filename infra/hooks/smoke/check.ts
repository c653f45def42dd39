/** What a check of the smoke test has found. */
export interface Outcome {
  /** Pending: it cannot work yet, and that is known. */
  state: 'ok' | 'pending' | 'broken'
  what: string
  /** What to do, where it does not work. */
  fix?: string
}

const marks = { ok: '✓', pending: '!', broken: '✗' }

export const ok = (what: string): Outcome => ({ state: 'ok', what })
export const pending = (what: string, fix: string): Outcome => ({ state: 'pending', what, fix })
export const broken = (what: string, fix: string): Outcome => ({ state: 'broken', what, fix })

export const describeOutcome = ({ state, what, fix }: Outcome): string[] => [
  `${marks[state]} ${what}`,
  ...(fix === undefined ? [] : [`    ${fix}`]),
]
