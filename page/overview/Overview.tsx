import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Project, ProjectsAnswer } from '../api/answers.ts'
import { useLive, useNow, useSurroundings } from '../components/context.ts'
import { ExceptionValue } from '../components/ExceptionValue.tsx'
import { Loading } from '../components/Loading.tsx'
import { Next, Since } from '../components/Next.tsx'
import { Sentence } from '../components/Sentence.tsx'
import { Strip } from '../components/Strip.tsx'
import {
  type ActionName,
  filterOf,
  firstActionOf,
  isMoving,
  mayAct,
  pathOf,
  type Shown,
  shown,
  writeAddress,
} from '../view/address.ts'
import { bannersOf } from '../view/banners.ts'
import { spansIn } from '../view/nights.ts'
import { clockTime, lengthOf } from '../view/times.ts'

const isAnyMoving = ({ projects }: ProjectsAnswer) => projects.some(isMoving)

/** Every project: one row each, and above them what needs somebody. */
export function Overview({ show, text }: { show?: Shown | undefined; text: string }) {
  const { words } = useSurroundings()
  const { answer, readAt, refused } = useLive<ProjectsAnswer>(pathOf({ view: 'overview' }), isAnyMoving)
  // Its times are in minutes, and 200 rows are not drawn every second.
  const now = useNow(10_000)
  if (answer === undefined) return <Loading refused={refused} />
  const { projects } = answer
  const wanted = projects.filter(
    ({ name, state }) => (show === undefined || filterOf[state] === show) && name.includes(text.trim().toLowerCase()),
  )
  return (
    <>
      <Summary projects={projects} now={now} />
      <Banners answer={answer} now={now} />
      <Filters projects={projects} show={show} text={text} />
      {wanted.length === 0 ? (
        <p class="card soft">{projects.length === 0 ? words.noProject : words.noneMatch}</p>
      ) : (
        <Rows projects={wanted} now={now} />
      )}
      <LastLook readAt={readAt} />
    </>
  )
}

function LastLook({ readAt }: { readAt: number | undefined }) {
  const { words, reader } = useSurroundings()
  const now = useNow(1000)
  const seconds = Math.max(0, Math.round((now - (readAt ?? now)) / 1000))
  return <p class="soft footer">{words.footer(reader.timeZone, seconds)}</p>
}

function Summary({ projects, now }: { projects: Project[]; now: number }) {
  const { words, reader } = useSurroundings()
  const sleeping = projects.filter(({ nodes }) => nodes.should_be_asleep)
  const nodes = sleeping.reduce((sum, project) => sum + project.nodes.nodes.length, 0)
  const coming = projects.flatMap(({ name, next }) => (next === undefined ? [] : { name, ...next }))
  const [next] = coming.toSorted((one, other) => (one.at < other.at ? -1 : 1))
  const length = next && lengthOf(Date.parse(next.at) - now, reader.language)
  const said = next && length && (next.action === 'scale-down' ? words.sleepsNext : words.wakesNext)(next.name, length)
  return (
    <section class="sum">
      <p>
        <b>{words.of(sleeping.length, projects.length)}</b>
        <span>{words.projectsAsleep}</span>
      </p>
      <p>
        <b>{nodes}</b>
        <span>{words.nodesRunning}</span>
      </p>
      <p>
        <b>{next ? <time dateTime={next.at}>{clockTime(next.at, now, reader)}</time> : '–'}</b>
        <span>{said ?? words.nothingNext}</span>
      </p>
    </section>
  )
}

function Banners({ answer, now }: { answer: ProjectsAnswer; now: number }) {
  const { words, reader } = useSurroundings()
  const banners = bannersOf(answer, { words, clock: (time) => clockTime(time, now, reader) })
  if (banners.length === 0) return null
  return (
    <section class="need" aria-label={words.needs}>
      {banners.slice(0, mostBanners).map(({ text, sentence, project }) => (
        <p key={`${project} ${text} ${sentence}`}>
          {project && <a href={writeAddress({ view: 'project', project })}>{project}</a>} {text}{' '}
          {sentence && <Sentence>{sentence}</Sentence>}
        </p>
      ))}
      {banners.length > mostBanners && <p>+ {banners.length - mostBanners}</p>}
    </section>
  )
}

const mostBanners = 6

function Filters({ projects, show, text }: { projects: Project[]; show: Shown | undefined; text: string }) {
  const { words } = useSurroundings()
  const counted = Map.groupBy(projects, ({ state }) => filterOf[state])
  const to = (changes: { show?: Shown | undefined; text?: string }) => {
    const address = { show, text, ...changes }
    return writeAddress({
      view: 'overview',
      ...(address.show && { show: address.show }),
      ...(address.text && { text: address.text }),
    })
  }
  return (
    <div class="tools">
      <nav aria-label={words.filterByState}>
        {[undefined, ...shown].map((one) => (
          <a key={one} class="chip" href={to({ show: one })} aria-current={one === show ? 'true' : undefined}>
            {words.filters[one ?? 'all']} {one === undefined ? projects.length : (counted.get(one)?.length ?? 0)}
          </a>
        ))}
      </nav>
      <input
        type="search"
        placeholder={words.filterByName}
        aria-label={words.filterByName}
        value={text}
        onInput={({ currentTarget }) => location.replace(to({ text: currentTarget.value }))}
      />
    </div>
  )
}

// More than a screen has.
const rowsAtFirst = 20
// A person can use what is there meanwhile.
const pauseMs = 100

/** The rows: few at first and then more, so that the page answers to keys before the last of them is drawn. */
function Rows({ projects, now }: { projects: Project[]; now: number }) {
  const [drawn, setDrawn] = useState(rowsAtFirst)
  useEffect(() => {
    if (drawn >= projects.length) return
    const timer = setTimeout(() => setDrawn(2 * drawn), pauseMs)
    return () => clearTimeout(timer)
  }, [drawn, projects.length])
  // The same row is not drawn again where only more of them follow it.
  const rows = useMemo(
    () => projects.map((project) => <Row key={project.name} project={project} now={now} />),
    [projects, now],
  )
  return <ul class="list">{rows.slice(0, drawn)}</ul>
}

const twoDaysMs = 48 * 60 * 60 * 1000

function Row({ project, now }: { project: Project; now: number }) {
  const { words } = useSurroundings()
  const { name, state, schedule, workloads, intervals, waking } = project
  const count = workloads.active + workloads.scaling + workloads.asleep + workloads.inactive
  const last = waking.find(({ why }) => why !== undefined) ?? waking[0]
  const start = Date.parse(intervals[0]?.from ?? '')
  return (
    <li class={`row ${filterOf[state]}`}>
      <div class="name">
        <a href={writeAddress({ view: 'project', project: name })}>{name}</a>
        <small>
          {schedule.time_zone} · {words.workloads(count)}
        </small>
      </div>
      <div class="state">
        <i aria-hidden="true" />
        <b>
          {words.states[state]} <Since project={project} now={now} />
        </b>
        <small>
          {last && `${last.name}: ${words.stages[last.stage]} · `}
          <Next project={project} now={now} />
        </small>
        {project.excluded && (
          <small>
            <Sentence>{project.excluded}</Sentence>
          </small>
        )}
        {project.exceptions.map(({ exception, value, of, reason }) => (
          <small key={`${exception} ${of}`} class="tag" title={reason}>
            {words.excepted[exception]} <ExceptionValue value={value} now={now} />
          </small>
        ))}
      </div>
      <div>
        {intervals.length > 0 && (
          <Strip
            spans={spansIn(intervals, [start, start + twoDaysMs])}
            label={words.next48}
            now={(now - start) / twoDaysMs}
          />
        )}
      </div>
      <div class="act">{mayAct(project) && <RowActions project={project} />}</div>
    </li>
  )
}

/** The action that is wanted most often, and for a project that runs, to put it to sleep. */
function RowActions({ project }: { project: Project }) {
  const { words } = useSurroundings()
  const { name } = project
  const first = firstActionOf(project)
  const link = (action: ActionName) => (
    <a
      key={action}
      class={action === first && first !== 'keep-awake' ? 'button primary' : 'button'}
      href={writeAddress({ view: 'project', project: name, open: { name: action, filled: {} } })}
      aria-label={`${words.actions[action]}: ${name}`}
    >
      {words.actions[action]}
    </a>
  )
  return (
    <>
      {link(first)}
      {first === 'keep-awake' && link('sleep')}
    </>
  )
}
