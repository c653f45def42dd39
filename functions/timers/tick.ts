import {
  countResults,
  describeWorkload,
  messageWithCause,
  type TickRequest,
  type TickResult,
} from '../../shared/scaling/index.ts'
import type { Logger } from '../../shared/telemetry/index.ts'
import type { FunctionsServices } from '../services.ts'
import { countTick } from '../telemetry/invocations.ts'
import { failIfAny } from './failedRun.ts'
import type { RunEnd } from './runs.ts'

const progressEveryMs = 5000

/**
 * Runs a tick and reports it: a line for each project where something happened, one every 5 seconds of a long sweep.
 * @throws FailedRun when anything failed, so that the Portal and its alerts see a failed run
 */
export async function runTick(
  { config, logger }: FunctionsServices,
  end: RunEnd,
  run: (request: TickRequest) => Promise<TickResult[]>,
): Promise<void> {
  const { dryRun, projects } = config
  const results = await run({ projects, dryRun, ...end, onProgress: reportProgress(logger) })
  for (const result of results) {
    reportResult(logger, result, dryRun)
    reportLeft(logger, result, end)
  }
  logger.debug({ looked_at: results.length }, 'tick done')
  const failures = results.flatMap(failuresOf)
  const { changed = 0 } = countResults(results.flatMap(({ outcomes }) => outcomes))
  countTick({ changed, failed: failures.length })
  failIfAny(failures)
}

function reportProgress(logger: Logger): TickRequest['onProgress'] {
  let last = performance.now()
  return ({ project, done, total }) => {
    if (performance.now() - last < progressEveryMs) return
    last = performance.now()
    logger.info({ project, done, total }, 'sweeping')
  }
}

function reportResult(logger: Logger, result: TickResult, dryRun: boolean): void {
  const { project, due, transition, outcomes, left, faults, error } = result
  const about = { project, action: transition?.action, transition: transition?.at.toISOString() }

  for (const fault of faults) logger.warn({ project, fault }, 'a value cannot be used')
  if (due === 'skip') {
    logger.warn(about, 'a scale-down is left out: it is too late for it, or the project is excluded')
  }
  if (due === 'record' && error === undefined) {
    logger.info({ project }, 'project seen for the first time: its schedule holds from now on')
  }
  if (due !== 'apply') return
  for (const outcome of outcomes) {
    const { result, ref } = outcome
    if (result === 'failed') logger.error({ project, ...ref, err: outcome.error }, 'a workload could not be scaled')
    else if (result === 'skipped') logger.info({ project, ...ref, why: outcome.why }, 'a workload is left out')
  }
  const isBegun = outcomes.length > 0 || left.length === 0
  if (isBegun) logger.info({ ...about, ...countResults(outcomes), ...(dryRun && { dry_run: true }) }, 'swept')
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
  ...(error === undefined ? [] : [`project ${project}: ${error}`]),
  ...outcomes.flatMap((one) =>
    one.result === 'failed' ? [`${describeWorkload(one.ref)}: ${messageWithCause(one.error)}`] : [],
  ),
]
