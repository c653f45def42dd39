/** What a check of the smoke test has found. */
export interface Outcome {
  isOk: boolean
  what: string
  /** What to do, where it is not. */
  fix?: string
}

export const ok = (what: string): Outcome => ({ isOk: true, what })
export const broken = (what: string, fix: string): Outcome => ({ isOk: false, what, fix })

export const describeOutcome = ({ isOk, what, fix }: Outcome): string[] => [
  `${isOk ? '✓' : '✗'} ${what}`,
  ...(fix === undefined ? [] : [`    ${fix}`]),
]
