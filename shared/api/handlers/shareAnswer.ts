/**
 * Lets all who ask share one answer: that of the question that is under way, or of the last one for a time after it was
 * asked. A failure is shared as well.
 * @param elapsed milliseconds that only ever grow
 */
export function shareAnswer<Answer>(
  ask: () => Promise<Answer>,
  { forMs, elapsed }: { forMs: number; elapsed(): number },
): () => Promise<Answer> {
  let last: { answer: Promise<Answer>; askedAt: number; isPending: boolean } | undefined
  return () => {
    if (last?.isPending || (last && elapsed() - last.askedAt < forMs)) return last.answer
    const asked = { answer: ask(), askedAt: elapsed(), isPending: true }
    const done = () => {
      asked.isPending = false
    }
    asked.answer.then(done, done)
    last = asked
    return asked.answer
  }
}
