import type { z } from '@hono/zod-openapi'
import {
  appliedOf,
  argoCdSettings,
  calendarOf,
  describeCounts,
  failuresOf,
  type Outcome,
  type Project,
  type ProjectStatus,
  type ProjectWorkload,
  projectStateOf,
  type SweepOutcome,
  scheduleAnnotations,
  type UnusableProject,
  type WorkloadRef,
} from '../../../scaling/index.ts'
import type { Applied } from '../../../schedule/index.ts'
import type { ProjectBody, Swept, WorkloadsAnswer } from '../../contract/answers/projects.ts'
import { SweepIncomplete } from '../../errors.ts'
import { calendarBody, exceptionsBody, holidaysBody } from './exceptions.ts'
import { projectNodesBody } from './nodes.ts'
import { doneBy, type SweepFacts, sweepMessage } from './sweepMessage.ts'
import { wakingBodies } from './waking.ts'

type Body = z.infer<typeof ProjectBody>

/** How a project is told to one reader. */
interface Telling {
  now: Date
  /** What the reader may do with it. */
  may: Body['may']
  /** Whether the answer is about it alone, and so tells more of it. */
  isAlone: boolean
}

/** A project for the API's readers. */
export function projectBody(status: ProjectStatus, { now, may, isAlone }: Telling): Body {
  const { project, faults, next, workloads, leftOut, recordFaults, waking, nodes, unread, argoApplications } = status
  const { state, since } = projectStateOf(status, now)
  return {
    name: project.name,
    may,
    state,
    since: since?.toISOString(),
    ...aheadOf(status, now),
    namespaces: project.namespaces.map(({ name }) => name),
    node_pool: project.nodePool,
    nodes: projectNodesBody(nodes),
    schedule: { ...scheduleBody(project), from: isWritten(project) ? 'namespace' : 'settings' },
    last_transitions: transitions(appliedOf(project.memory)),
    next_transitions: transitions(next),
    workloads,
    waking: wakingBodies(waking, { withPods: isAlone }),
    left_out: leftOut.map(({ ref: { kind, namespace, name }, why }) => ({ kind, namespace, name, why })),
    ...(argoApplications.length > 0 && { argo_cd: { applications: argoApplications, settings: argoCdSettings } }),
    exceptions: exceptionsBody(project, now),
    holidays: holidaysBody(project),
    excluded: project.excluded,
    faults: [...faults.map(({ message }) => message), ...recordFaults, ...unread],
  }
}

/** Something that is meant to be a project and is none, for the API's readers. */
export function unusableBody(project: UnusableProject, { may }: Pick<Telling, 'may'>): Body {
  const why = 'This is no project that can be used: see its faults'
  return {
    name: project.name,
    may,
    state: 'faulty',
    intervals: [],
    namespaces: [],
    node_pool: project.nodePool,
    nodes: { should_be_asleep: false, pools: [], nodes: [], warnings: [], unknown: why },
    schedule: { ...scheduleBody(project), from: project.home === undefined ? 'settings' : 'namespace' },
    last_transitions: {},
    next_transitions: {},
    workloads: { active: 0, scaling: 0, asleep: 0, inactive: 0 },
    waking: [],
    left_out: [],
    exceptions: [],
    faults: project.faults.map(({ message }) => message),
  }
}

const scheduleBody = ({ scaleDown, scaleUp, timeZone }: Pick<Project, 'scaleDown' | 'scaleUp' | 'timeZone'>) => ({
  scale_down: scaleDown,
  scale_up: scaleUp,
  time_zone: timeZone,
})

/** Whether an annotation of its home says a part of the schedule. */
const isWritten = ({ home }: Project): boolean =>
  Object.values(scheduleAnnotations).some((key) => home.annotations[key] !== undefined)

const daysAhead = 14
// Most nights and weekends are over then. A list of 200 projects pays for every day of each.
const daysAtFirst = 3
const hourMs = 60 * 60 * 1000

/** The next transition that changes it, and how the project is in the next two days. */
function aheadOf({ project, asleepSince }: ProjectStatus, now: Date): Pick<Body, 'next' | 'intervals'> {
  const calendar = (days: number) => calendarBody(calendarOf(project, { now, days, seen: { asleepSince } }))
  const wanted = asleepSince === undefined ? 'scale-down' : 'scale-up'
  const nextIn = ({ transitions }: ReturnType<typeof calendar>) =>
    transitions.find(({ acts, action }) => acts && action === wanted)
  const near = calendar(daysAtFirst)
  const next = nextIn(near) ?? nextIn(calendar(daysAhead))
  // By the hour: an answer that changed with every second would be sent to every open page again and again.
  const hour = Math.floor(now.getTime() / hourMs) * hourMs
  const end = new Date(hour + 48 * hourMs).toISOString()
  return {
    next: next && { action: next.action, at: next.at, because: next.because },
    intervals: near.intervals
      .filter(({ from }) => from < end)
      .map(({ state, from, to }, index) => ({
        state,
        from: index === 0 ? new Date(hour).toISOString() : from,
        to: to < end ? to : end,
      })),
  }
}

/** A workload of a project for the API's readers. */
export function workloadBody({
  workload,
  status,
}: ProjectWorkload): z.infer<typeof WorkloadsAnswer>['workloads'][number] {
  const { ref, desiredReplicas, readyReplicas } = workload
  const { state, record } = status
  return {
    ...refBody(ref),
    status: state,
    desired_replicas: desiredReplicas,
    ready_replicas: readyReplicas,
    original_replicas: record?.originalReplicas,
    scaling_reason: record?.reason || undefined,
    scaled_by: record?.scaledBy || undefined,
    scaled_at: record?.scaledAt || undefined,
    scheduled_scale_up: record?.scheduledScaleUp,
  }
}

/** JSON has no NaN, which stands for a text of somebody's that is no count. */
const countOrNothing = (replicas: number) => (Number.isNaN(replicas) ? undefined : replicas)

const transitions = (times: Applied) => ({
  scale_down: times['scale-down']?.toISOString(),
  scale_up: times['scale-up']?.toISOString(),
})

/**
 * The answer to a request that scaled a project.
 * @throws SweepIncomplete with the outcome of every workload
 */
export function sweptAnswer(outcomes: SweepOutcome[], facts: SweepFacts, now: Date): z.infer<typeof Swept> {
  const { project, asked, dryRun } = facts
  const failures = failuresOf(outcomes)
  if (failures.length > 0) {
    const words = `Project ${project} ${dryRun ? 'would not be' : 'is not'} wholly ${doneBy[asked]}`
    const remedy = dryRun ? '' : ' Repeat the request to do the rest.'
    const named = failures.length > longestList ? [...failures.slice(0, longestList), '…'] : failures
    throw new SweepIncomplete(`${words}: ${describeCounts(outcomes)}.${remedy} ${named.join('; ')}`, {
      workloads: outcomes.map((one) => (one.result === 'failed' ? failedBody(one) : sweptBody(one))),
      causes: outcomes.flatMap((one) => (one.result === 'failed' ? [one.error] : [])),
    })
  }
  const done = outcomes.filter((outcome) => outcome.result !== 'failed')
  return {
    status: 'success',
    message: sweepMessage(done, facts),
    ...(dryRun && { dry_run: true as const }),
    project,
    workloads: done.map(sweptBody),
    timestamp: now.toISOString(),
  }
}

// The message names so many. All of them are among the workloads of the answer.
const longestList = 20

const sweptBody = ({ ref, result, previousReplicas, targetReplicas, why }: Outcome) => ({
  ...refBody(ref),
  result,
  previous_replicas: countOrNothing(previousReplicas),
  target_replicas: countOrNothing(targetReplicas),
  why,
})

const failedBody = ({ ref, result, why }: SweepOutcome & { result: 'failed' }) => ({ ...refBody(ref), result, why })

const refBody = ({ kind, namespace, name }: WorkloadRef) => ({ kind, namespace, name })
