import { useState } from 'preact/hooks'
import { RequestFailed } from '../api/client.ts'
import { type Done, useSurroundings } from './context.ts'
import { Sentence } from './Sentence.tsx'

/** What was done last, and the offer to take it back. It stays until somebody closes it: nobody has to be quick. */
export function Toast({ done, onClose }: { done: Done | undefined; onClose(): void }) {
  const { words, changed } = useSurroundings()
  const [isBusy, setBusy] = useState(false)
  const takeBack = async () => {
    setBusy(true)
    try {
      const sentence = await done?.takeBack?.()
      changed(sentence === undefined ? { message: words.done } : { sentence })
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      changed(error.problem.kind === 'refused' ? { sentence: error.message } : { message: words.away })
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="toast" role="status" aria-live="polite">
      {done && (
        <div>
          <p>
            {done.message}
            {done.sentence && <Sentence>{done.sentence}</Sentence>}
          </p>
          {done.takeBack && (
            <button type="button" disabled={isBusy} onClick={takeBack}>
              {words.takeBack}
            </button>
          )}
          <button type="button" class="plain" onClick={onClose}>
            {words.close}
          </button>
        </div>
      )}
    </div>
  )
}
