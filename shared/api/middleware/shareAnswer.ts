interface Sharing<Answer> {
  /** How long an answer is shared after it was asked for. */
  forMs: number
  /** Milliseconds that only ever grow. */
  elapsed(): number
  /** How much memory an answer takes, where there may be many; all together keep at most 16 MiB. */
  bytesOf?(answer: Answer): number
}

/** Answers that all who ask the same question share. */
export interface SharedAnswers<Answer> {
  /**
   * The answer to the question with this key: that which is under way, or the last one for a time after it was asked
   * for. A failure is shared as well.
   */
  of(key: string, ask: () => Promise<Answer>): Promise<Answer>
  /** From now on every question is asked again, also one that is under way. */
  forget(): void
}

const mostBytes = 16 * 1024 * 1024

/** Shares answers by key. It keeps none for longer than until the first question after its time. */
export function createSharedAnswers<Answer>({ forMs, elapsed, bytesOf }: Sharing<Answer>): SharedAnswers<Answer> {
  const shared = new Map<string, { answer: Promise<Answer>; askedAt: number; isPending: boolean; bytes: number }>()

  function dropOld(): void {
    for (const [key, { askedAt, isPending }] of shared) {
      if (!isPending && elapsed() - askedAt >= forMs) shared.delete(key)
    }
  }

  /** The answers that were asked for first go first. */
  function dropBeyondLimit(): void {
    let total = [...shared.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    for (const [key, { bytes }] of shared) {
      if (total <= mostBytes) return
      if (bytes > 0) shared.delete(key)
      total -= bytes
    }
  }

  return {
    of(key, ask) {
      dropOld()
      const found = shared.get(key)
      if (found !== undefined) return found.answer
      const asked = { answer: ask(), askedAt: elapsed(), isPending: true, bytes: 0 }
      shared.set(key, asked)
      const answered = (answer?: Answer) => {
        asked.isPending = false
        if (answer !== undefined) asked.bytes = bytesOf?.(answer) ?? 0
        dropBeyondLimit()
      }
      asked.answer.then(answered, () => answered())
      return asked.answer
    },
    forget: () => shared.clear(),
  }
}

/** Shares the answer to one question. */
export function shareAnswer<Answer>(ask: () => Promise<Answer>, sharing: Sharing<Answer>): () => Promise<Answer> {
  const answers = createSharedAnswers(sharing)
  return () => answers.of('', ask)
}
