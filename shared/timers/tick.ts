import {
  countResults,
  describeWorkload,
  messageWithCause,
  type TickRequest,
  type TickResult,
} from '../scaling/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { reportPutBack } from './putBack.ts'
import type { RunEnd } from './runs.ts'
import { tickMsOf } from './tickSchedule.ts'
import type { TimerRun, TimerServices } from './timer.ts'

const progressEveryMs = 5000

/** Runs a tick and reports it: a line for each project where something happened, one every 5 seconds of a long sweep. */
export async function runTick(
  { config, logger, scaling, schedule }: TimerServices,
  end: RunEnd,
  run: (request: TickRequest) => Promise<TickResult[]>,
): Promise<TimerRun> {
  const { dryRun, projects } = config
  const tickMs = tickMsOf(schedule, scaling.now())
  const results = await run({ projects, dryRun, tickMs, ...end, onProgress: reportProgress(logger, scaling) })
  for (const result of results) {
    reportResult(logger, result, dryRun)
    for (const found of result.putBacks) reportPutBack(logger, found, dryRun)
    reportLeft(logger, result, end)
  }
  logger.debug({ looked_at: results.length }, 'tick done')
  const { changed = 0 } = countResults(results.flatMap(({ outcomes }) => outcomes))
  return { changed, failures: results.flatMap(failuresOf), transitions: results.flatMap(transitionsOf) }
}

function reportProgress(logger: Logger, { now }: TimerServices['scaling']): TickRequest['onProgress'] {
  let last = now().getTime()
  return ({ project, done, total }) => {
    if (now().getTime() - last < progressEveryMs) return
    last = now().getTime()
    logger.info({ project, done, total }, 'sweeping')
  }
}

function reportResult(logger: Logger, result: TickResult, dryRun: boolean): void {
  const { project, due, transition, why, outcomes, left, faults, error } = result
  const about = { project, action: transition?.action, transition: transition?.at.toISOString() }

  for (const fault of faults) logger.warn({ project, fault }, 'a value cannot be used')
  if (due === 'skip') logger.warn({ ...about, why }, 'a scale-down is left out')
  if (due === 'record' && error === undefined) {
    logger.info({ project }, 'project seen for the first time: its schedule holds from now on')
  }
  if (due !== 'apply' && outcomes.length === 0) return
  for (const outcome of outcomes) {
    const { result, ref } = outcome
    if (result === 'failed') logger.error({ project, ...ref, err: outcome.error }, 'a workload could not be scaled')
    else if (result === 'orphaned') logger.warn({ project, ...ref, why: outcome.why }, 'a workload stays asleep')
    else if (result === 'skipped') logger.info({ project, ...ref, why: outcome.why }, 'a workload is left out')
  }
  const isBegun = outcomes.length > 0 || left.length === 0
  if (isBegun)
    logger.info({ ...about, ...countResults(outcomes), ...(dryRun && { dry_run: true }) }, messages[due] ?? 'swept')
}

const messages: Partial<Record<TickResult['due'], string>> = {
  enforce: 'put to zero again',
  'take-back': 'taken back',
}

/** Workloads have names only where they were listed before the end. */
function reportLeft(logger: Logger, { project, transition, left, isLate }: TickResult, { ending }: RunEnd): void {
  if (left.length === 0) return
  const workloads = left.filter(({ name }) => name !== '*').length
  const about = { project, action: transition?.action, transition: transition?.at.toISOString() }
  const counted = workloads > 0 ? { workloads } : {}
  if (isLate)
    logger.warn({ ...about, ...counted }, 'a project takes too long, and the rest of it is left to the next run')
  else
    logger.warn({ ...about, ...counted, why: ending.reason }, 'the run ends early and leaves the rest to the next one')
}

const failuresOf = ({ project, error, outcomes }: TickResult): string[] => [
  // Without a project it is about the sleepers of all, of whom it could not be told that they were put back.
  ...(error === undefined ? [] : [project === undefined ? `put back: ${error}` : `project ${project}: ${error}`]),
  ...outcomes.flatMap((one) =>
    one.result === 'failed' ? [`${describeWorkload(one.ref)}: ${messageWithCause(one.error)}`] : [],
  ),
]

/** A transition that is skipped came too late, or its project is excluded. */
function transitionsOf(result: TickResult): TimerRun['transitions'] {
  const { due, transition, left } = result
  if (transition === undefined || left.length > 0) return []
  const hasFailed = failuresOf(result).length > 0
  return [{ action: transition.action, outcome: hasFailed ? 'failed' : due === 'skip' ? 'skipped' : 'applied' }]
}
