import { useState } from 'preact/hooks'
import { RequestFailed } from '../api/client.ts'
import { withClockTimes } from '../view/times.ts'
import { type Done, useNow, useSurroundings } from './context.ts'

/** What was done last, and the offer to take it back. It stays until somebody closes it: nobody has to be quick. */
export function Toast({ done, onClose }: { done: Done | undefined; onClose(): void }) {
  const { words, reader, changed } = useSurroundings()
  const now = useNow(60_000)
  const [isBusy, setBusy] = useState(false)
  const takeBack = async () => {
    setBusy(true)
    try {
      changed({ message: (await done?.takeBack?.()) ?? words.done })
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      changed({ message: error.problem.kind === 'refused' ? error.message : words.away })
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="toast" role="status" aria-live="polite">
      {done && (
        <div>
          <p>{withClockTimes(done.message, now, reader)}</p>
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
