import { ActionDialog } from '../actions/ActionDialog.tsx'
import type {
  CalendarAnswer,
  HistoryAnswer,
  Project,
  ProjectAnswer,
  SavingsAnswer,
  WorkloadsAnswer,
} from '../api/answers.ts'
import { useLive, useNow, useSurroundings } from '../components/context.ts'
import { ExceptionValue } from '../components/ExceptionValue.tsx'
import { Next, Since } from '../components/Next.tsx'
import {
  type ActionName,
  actions,
  filterOf,
  firstActionOf,
  isMoving,
  mayAct,
  type Opened,
  pathOf,
  writeAddress,
} from '../view/address.ts'
import { History } from './History.tsx'
import { Nights } from './Nights.tsx'
import { Nodes } from './Nodes.tsx'
import { Savings } from './Savings.tsx'
import { Waking } from './Waking.tsx'
import { Workloads } from './Workloads.tsx'

/** A project: how it is, why, what comes, what was, and what can be done. */
export function ProjectView({ name, open }: { name: string; open?: Opened | undefined }) {
  const { words } = useSurroundings()
  const path = pathOf({ view: 'project', project: name })
  const { answer, refused } = useLive<ProjectAnswer>(path, (read) => isMoving(read.project))
  const back = (
    <p class="back">
      <a href="#/">← {words.allProjects}</a>
    </p>
  )
  if (answer === undefined)
    return (
      <>
        {back}
        <p class="soft">{refused ?? words.loading}</p>
      </>
    )
  return (
    <>
      {back}
      <Loaded path={path} project={answer.project} open={open} />
    </>
  )
}

function Loaded({ path, project, open }: { path: string; project: Project; open: Opened | undefined }) {
  const { words } = useSurroundings()
  const now = useNow(1000)
  const pace = () => isMoving(project)
  const calendar = useLive<CalendarAnswer>(`${path}/calendar`, pace, project.state)
  const workloads = useLive<WorkloadsAnswer>(`${path}/workloads`, pace, project.state)
  const history = useLive<HistoryAnswer>(`${path}/history`, pace, project.state)
  const savings = useLive<SavingsAnswer>(`api/v1/savings?project=${encodeURIComponent(project.name)}`, () => false)
  const close = () => {
    location.hash = writeAddress({ view: 'project', project: project.name })
  }
  return (
    <>
      <section class={`head ${filterOf[project.state]}`}>
        <div>
          <h2>{project.name}</h2>
          <p class="state">
            <i aria-hidden="true" />
            <b role="status">{words.states[project.state]}</b>
            <small>
              {project.since && (
                <>
                  <Since project={project} now={now} /> ·{' '}
                </>
              )}
              <Next project={project} now={now} />
            </small>
          </p>
          {project.excluded && <p class="soft">{project.excluded}</p>}
        </div>
        {mayAct(project) && <Actions project={project} />}
        {project.may === 'read' && <p class="soft">{words.mayOnlyRead}</p>}
      </section>
      <Exceptions project={project} now={now} />
      {[...project.faults, ...project.nodes.warnings].length > 0 && (
        <section class="need" aria-label={words.faults}>
          {[...project.faults, ...project.nodes.warnings].map((text) => (
            <p key={text}>{text}</p>
          ))}
        </section>
      )}
      <div class="two">
        <div>
          {project.waking.length > 0 && <Waking waking={project.waking} now={now} />}
          <Nights read={calendar} now={now} />
          <Savings read={savings} />
        </div>
        <div>
          <Nodes nodes={project.nodes} now={now} />
          <History read={history} now={now} />
        </div>
      </div>
      <Workloads read={workloads} project={project} />
      {open && (
        <ActionDialog
          key={open.name}
          project={project}
          opened={open}
          reasons={reasonsIn(history.answer)}
          onClose={close}
        />
      )}
    </>
  )
}

const mostReasons = 8

/** The reasons that were given last. */
const reasonsIn = (answer: HistoryAnswer | undefined): string[] =>
  [...new Set(answer?.history.flatMap(({ by, reason }) => (by === 'schedule' || !reason ? [] : reason)))].slice(
    0,
    mostReasons,
  )

function Actions({ project }: { project: Project }) {
  const { words } = useSurroundings()
  const first = firstActionOf(project)
  const link = (name: ActionName, style: string) => (
    <a
      key={name}
      class={style}
      href={writeAddress({ view: 'project', project: project.name, open: { name, filled: {} } })}
    >
      {words.actions[name]}
    </a>
  )
  return (
    <nav class="act" aria-label={words.more}>
      {link(first, 'button primary')}
      {actions.filter((name) => name !== first).map((name) => link(name, 'button'))}
    </nav>
  )
}

function Exceptions({ project: { exceptions }, now }: { project: Project; now: number }) {
  const { words } = useSurroundings()
  if (exceptions.length === 0) return null
  return (
    <section class="exceptions" aria-label={words.exceptions}>
      {exceptions.map(({ exception, value, of, by, reason }) => (
        <p key={`${exception} ${of}`}>
          <b>{words.excepted[exception]}</b> <ExceptionValue value={value} now={now} />
          {by && ` · ${words.by(by)}`}
          {reason && ` · “${reason}”`}
        </p>
      ))}
    </section>
  )
}
