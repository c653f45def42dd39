import { useState } from 'preact/hooks'
import type { HistoryAnswer, HistoryEntry, Result } from '../api/answers.ts'
import { type Read, useSurroundings } from '../components/context.ts'
import { Loading } from '../components/Loading.tsx'
import { Sentence } from '../components/Sentence.tsx'
import { clockTime, fullTime, withClockTimes } from '../view/times.ts'

// As page.css has it, where a print shows all of them.
const shownFirst = 12

/** What has happened to a project, the newest first. */
export function History({ read: { answer, refused }, now }: { read: Read<HistoryAnswer>; now: number }) {
  const { words, reader } = useSurroundings()
  const [isWhole, setWhole] = useState(false)
  const entries = answer?.history ?? []
  return (
    <section class="card">
      <h3>{words.history}</h3>
      {answer === undefined && <Loading refused={refused} />}
      {answer && entries.length === 0 && <p class="soft">{words.noHistory}</p>}
      <ol class={isWhole ? 'happened' : 'happened short'}>
        {entries.map((entry) => (
          <li key={`${entry.at} ${entry.what} ${entry.by}`}>
            <time dateTime={entry.at} title={fullTime(entry.at, reader)}>
              {clockTime(entry.at, now, reader)}
            </time>
            <div>
              <Entry entry={entry} now={now} />
            </div>
          </li>
        ))}
      </ol>
      {!isWhole && entries.length > shownFirst && (
        <button type="button" onClick={() => setWhole(true)}>
          {words.showMore(entries.length - shownFirst)}
        </button>
      )}
    </section>
  )
}

function Entry({ entry, now }: { entry: HistoryEntry; now: number }) {
  const { words, reader } = useSurroundings()
  const { what, by, reason, transition, results = {}, uncounted, minutes, nodes, until, message, request } = entry
  const facts = [
    minutes !== undefined && words.minutes(minutes),
    nodes !== undefined && words.nodesLeft(nodes),
    request && words.requests[request],
    by && words.by(by),
    // The schedule's reason is the transition, which stands before it.
    reason && transition === undefined && `“${withClockTimes(reason, now, reader)}”`,
    ...Object.entries(results).map(([result, count]) => words.counted(count, words.results[result as Result])),
    uncounted !== undefined && words.uncounted(uncounted),
    until && words.until(clockTime(until, now, reader)),
  ].filter(Boolean)
  return (
    <>
      <b>{words.happened[what]}</b> {facts.join(' · ')}
      {[message, ...(entry.failures ?? []), ...(entry.blockers ?? []), ...(entry.sentences ?? [])].map(
        (sentence) =>
          sentence && (
            <small key={sentence}>
              <Sentence>{sentence}</Sentence>
            </small>
          ),
      )}
    </>
  )
}
