import type { Transition } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { describeWorkload, type Workload, type WorkloadRef } from '../cluster/workload.ts'
import { putBack as putBackEvent } from '../events.ts'
import type { Scaling } from '../scaling.ts'
import { fieldManager, type Writer, writerOf } from '../workload/patch/fieldManagers.ts'
import { readRecord } from '../workload/record/record.ts'
import { readWoken } from '../workload/record/woken.ts'
import { wokenSince } from './awake.ts'
import { withEntry } from './history/history.ts'
import { keepAfterwards } from './history/keepHistory.ts'
import { withSeen } from './history/nights.ts'
import { remember } from './memory.ts'
import type { Project } from './project.ts'

/** Workloads of a project that somebody has raised since its scale-down, and not by this service. */
export interface PutBack {
  project: string
  transition: Transition
  /** From when the transition was due until now. */
  minutes: number
  raised: Raised[]
}

/** A workload that runs although its project is to be asleep, and who set its replicas. */
export interface Raised {
  ref: WorkloadRef
  replicas: number
  by: Writer
}

/**
 * The workloads that were raised since a project was put to zero, by who did it: those that this service has woken, of
 * which their trace tells, and those that something else put back.
 */
export function raisedSince(
  workloads: Workload[],
  project: Project,
  now: Date,
): { woken: Workload[]; putBack: PutBack | undefined } {
  const at = project.memory.asleepSince && project.memory.lastScaleDown
  if (at === undefined) return { woken: [], putBack: undefined }
  const [woken = [], others = []] = [true, false].map((ours) =>
    wokenSince(workloads, project, now).filter((workload) => isOurs(workload, { since: at, now }) === ours),
  )
  if (others.length === 0) return { woken, putBack: undefined }
  const raised = others.map((workload) => ({
    ref: workload.ref,
    replicas: workload.desiredReplicas,
    by: writerOf(workload.replicasOwner),
  }))
  const minutes = minutesBetween(at, now)
  return { woken, putBack: { project: project.name, transition: { action: 'scale-down', at }, minutes, raised } }
}

/**
 * Whether this service has woken a project since its schedule put it to zero: nothing of it sleeps any more, and nobody else
 * has raised any of it.
 */
export function isWoken(workloads: Workload[], project: Project, now: Date): boolean {
  const { woken, putBack } = raisedSince(workloads, project, now)
  const sleeps = workloads.some((one) => one.desiredReplicas === 0 && readRecord(one) !== undefined)
  return woken.length > 0 && putBack === undefined && !sleeps
}

/**
 * Whether this service has raised a workload since then. `kubectl rollout undo` replaces the annotations, and so the trace;
 * the field manager is still ours.
 */
export const isOurs = (workload: Workload, { since, now }: { since: Date; now: Date }): boolean =>
  (readWoken(workload, now)?.at ?? 0) > since || workload.replicasOwner?.manager === fieldManager

const minuteMs = 60_000

/** Minutes, to a tenth. */
export const minutesBetween = (from: Date, to: Date): number =>
  Math.round(((to.getTime() - from.getTime()) / minuteMs) * 10) / 10

/** Whether it was told after this scale-down that somebody has put the project back. */
export const isPutBackTold = ({ memory: { putBack, lastScaleDown } }: Project): boolean =>
  putBack !== undefined && putBack.getTime() === lastScaleDown?.getTime()

// An Event has 1024 characters, and one tool usually puts back all.
const mostNamed = 5
const mostWriters = 3

/** A sentence for each of those who put workloads back: which ones, who it was, and what to do. */
export function describePutBack({ raised }: Pick<PutBack, 'raised'>): string[] {
  const writers = [...Map.groupBy(raised, ({ by }) => by.who)]
  const sentences = writers.slice(0, mostWriters).map(([who, own]) => {
    const named = own.slice(0, mostNamed).map(({ ref, replicas }) => `${describeWorkload(ref)} (${replicas})`)
    const more = own.length > mostNamed ? ` and ${own.length - mostNamed} more` : ''
    return `${named.join(', ')}${more} woken by ${who}: ${own[0]?.by.remedy}`
  })
  const others = writers.length - mostWriters
  return others > 0 ? [...sentences, `and others woken by ${others} more`] : sentences
}

/**
 * Tells that a project was put back, and then remembers that it was told. A process that is killed in between tells it a
 * second time; the other order would leave a tool that undoes every night untold.
 * @throws ScalingError
 */
export async function tellPutBack(
  scaling: Scaling,
  { project: { name, home }, found, now, signal }: CallOptions & { project: Project; found: PutBack; now: Date },
): Promise<void> {
  const { cluster, observe } = scaling
  const { transition, minutes, raised } = found
  const sentences = describePutBack(found)
  const by = [...new Set(raised.map(({ by }) => by.who))].slice(0, mostWriters)
  observe?.({ what: 'put-back', project: name, minutes, by, sentences })
  keepAfterwards(scaling, home, (history) => ({
    ...withEntry(history, { at: now, what: 'put-back', minutes, by: by.join('; '), sentences }),
    nights: withSeen(history.nights, transition.at, { putBack: now }),
  }))
  await cluster.createEvent({ ...putBackEvent({ ...found, home }, sentences), at: now }, { signal })
  await remember({ cluster, signal }, home, { putBack: transition.at })
}
