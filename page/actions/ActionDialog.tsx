import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Project, Written } from '../api/answers.ts'
import { RequestFailed } from '../api/client.ts'
import { useNow, useSurroundings } from '../components/context.ts'
import { Sentence } from '../components/Sentence.tsx'
import { NightStrips } from '../project/Nights.tsx'
import type { Filled, Opened } from '../view/address.ts'
import { type Request, requestOf, type ScheduleLines, takeBackOf } from '../view/requests.ts'
import { LengthField } from './LengthField.tsx'
import { ScheduleFields } from './ScheduleFields.tsx'

interface Asked {
  project: Project
  opened: Opened
  reasons: string[]
  onClose(): void
}

/** What a dry run has answered, and for which request. */
interface Preview {
  request: Request
  written?: Written
  refused?: ComponentChildren
}

/**
 * Asks for what an action needs, shows what it would change, and only then does it. A dialog of the browser: it keeps the
 * focus, and Escape closes it.
 */
export function ActionDialog({ project, opened: { name, filled: given }, reasons, onClose }: Asked) {
  const { client, words, changed } = useSurroundings()
  const dialog = useRef<HTMLDialogElement>(null)
  const [filled, setFilled] = useState<Filled>(given)
  const [lines, setLines] = useState<ScheduleLines>(() => linesOf(project))
  const [preview, setPreview] = useState<Preview>()
  const [isBusy, setBusy] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])

  const path = `api/v1/projects/${encodeURIComponent(project.name)}`
  const request = requestOf(name, filled, lines)
  const mayChange = project.may === 'change'
  const isShown = preview?.written !== undefined && sameRequest(preview.request, request)

  const failed = (error: unknown): ComponentChildren => {
    if (!(error instanceof RequestFailed)) throw error
    const { problem } = error
    if (problem.kind !== 'refused') return problem.kind === 'key' ? words.wrongKey : words.away
    const { message, details = [] } = problem.body
    return <Sentence>{[message, ...details.map((fault) => `${fault.path} ${fault.message}`)].join(' · ')}</Sentence>
  }
  const send = async (event: Event) => {
    event.preventDefault()
    if (request === undefined || (isShown && !mayChange)) return
    setBusy(true)
    try {
      const query = isShown ? '' : '?dry_run=true'
      const written = await client.post<Written>(`${path}/${request.path}${query}`, request.body)
      if (!isShown) return setPreview({ request, written })
      const back = takeBackOf(name, words.takenBack(request.body.reason))
      changed({
        sentence: written.message,
        ...(back && {
          takeBack: async () => (await client.post<Written>(`${path}/${back.path}`, back.body)).message,
        }),
      })
      onClose()
    } catch (error) {
      setPreview({ request, refused: failed(error) })
    } finally {
      setBusy(false)
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="action" onClose={onClose}>
      <form onSubmit={send}>
        <h2 id="action">
          {words.actions[name]}: {project.name}
        </h2>
        <p class="soft">{words.explained[name]}</p>
        {(name === 'keep-awake' || name === 'keep-asleep') && (
          <LengthField name={name} project={project} filled={filled} onFill={setFilled} />
        )}
        {name === 'schedule' && <ScheduleFields project={project} lines={lines} onChange={setLines} />}
        <label>
          {words.reason}
          <input
            required
            maxLength={500}
            list="reasons"
            autocomplete="off"
            value={filled.reason ?? ''}
            onInput={({ currentTarget }) => setFilled({ ...filled, reason: currentTarget.value })}
          />
          <small>{words.reasonHelp}</small>
        </label>
        <datalist id="reasons">
          {reasons.map((reason) => (
            <option key={reason} value={reason} />
          ))}
        </datalist>
        <div role="status">
          {preview?.refused !== undefined && <p class="hold">{preview.refused}</p>}
          {isShown && preview?.written && <Shown written={preview.written} zone={lines.timeZone} />}
        </div>
        <div class="act">
          {isShown && !mayChange ? (
            <p>{words.mayOnlyRead}</p>
          ) : (
            <button type="submit" class="primary" disabled={isBusy || request === undefined}>
              {isShown ? words.perform : words.preview}
            </button>
          )}
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
        </div>
      </form>
    </dialog>
  )
}

const sameRequest = (one: Request, other: Request | undefined) => JSON.stringify(one) === JSON.stringify(other)

const linesOf = ({ schedule }: Project): ScheduleLines => ({
  scaleDown: schedule.scale_down.join('\n'),
  scaleUp: schedule.scale_up.join('\n'),
  timeZone: schedule.time_zone,
})

const mostShown = 30

/** What a dry run says would change. */
function Shown({ written: { message, workloads = [], calendar }, zone }: { written: Written; zone: string }) {
  const { words } = useSurroundings()
  const now = useNow(30_000)
  const touched = workloads.filter(({ result }) => result !== 'already')
  return (
    <section class="preview" aria-label={words.wouldChange}>
      <p>
        <Sentence>{message}</Sentence>
      </p>
      {workloads.length > 0 && touched.length === 0 && <p class="soft">{words.nothingWouldChange}</p>}
      <ul>
        {touched
          .slice(0, mostShown)
          .map(({ kind, namespace, name, previous_replicas, target_replicas, result, why }) => (
            <li key={`${kind} ${namespace} ${name}`}>
              {name} <span class="soft">{kind}</span>{' '}
              {result === 'changed'
                ? words.changesInAction(String(previous_replicas), String(target_replicas))
                : words.results[result]}
              {why && (
                <small>
                  <Sentence>{why}</Sentence>
                </small>
              )}
            </li>
          ))}
        {touched.length > mostShown && <li>+ {touched.length - mostShown}</li>}
      </ul>
      {calendar && <NightStrips calendar={calendar} zone={zone || 'UTC'} now={now} />}
    </section>
  )
}
