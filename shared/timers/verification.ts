import { type Finding, messageWithCause, verifyScaledToZero } from '../scaling/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { reportPutBack } from './putBack.ts'
import type { RunEnd } from './runs.ts'
import type { TimerRun, TimerServices } from './timer.ts'

/** Looks after the nodes once, and reports each finding as a line of the log. */
export async function runVerification({ config, logger, scaling }: TimerServices, end: RunEnd): Promise<TimerRun> {
  const { projects, dryRun, nodeGraceMinutes: graceMinutes } = config
  const report = (finding: Finding) => reportFinding(logger, finding, dryRun)
  const request = { projects, graceMinutes, dryRun, ...end, report }
  const { failures, left } = await verifyScaledToZero(scaling, request)
  if (left.length > 0) {
    logger.warn({ projects: left, why: end.ending.reason }, 'the run ends early and leaves the rest to the next one')
  }
  for (const { project, error } of failures) logger.error({ project, err: error }, 'nodes could not be looked at')
  return {
    changed: 0,
    transitions: [],
    failures: failures.map(({ project, error }) => `project ${project}: ${messageWithCause(error)}`),
  }
}

function reportFinding(logger: Logger, finding: Finding, dryRun: boolean): void {
  if (finding.result === 'put-back') {
    reportPutBack(logger, finding.found, dryRun)
    return
  }
  const { project, transition, minutes } = finding
  const { level, msg, ...fields } = lineOf(finding)
  const at = transition.at.toISOString()
  logger[level]({ project, minutes, transition: at, ...fields, ...(dryRun && { dry_run: true }) }, msg)
}

interface Line {
  level: 'info' | 'warn'
  msg: string
  [field: string]: unknown
}

/**
 * A `msg` that is a name is a metric of the timers, with its numbers in fields: nothing scrapes a function app, so charts
 * are made from these lines.
 */
function lineOf(finding: Exclude<Finding, { result: 'put-back' }>): Line {
  switch (finding.result) {
    case 'gone':
      return { level: 'info', msg: 'project_nodes_gone' }
    case 'held':
      return { level: 'warn', msg: 'project_nodes_held', ...heldFields(finding) }
    case 'still-held':
      return { level: 'info', msg: 'project_nodes_still_held', nodes: finding.nodes }
    case 'back':
      return { level: 'info', msg: 'project_nodes_back' }
    case 'ready':
      return { level: 'info', msg: 'project_ready' }
    case 'woken':
      return { level: 'info', msg: 'a project was woken since its scale-down', workloads: finding.workloads }
    case 'misnamed':
      return { level: 'warn', msg: 'the node pool of a project does not exist', why: finding.message }
  }
}

const heldFields = ({ nodes, warnings }: Extract<Finding, { result: 'held' }>) => ({
  nodes: nodes.length,
  blockers: nodes.flatMap(({ node, blockers }) => blockers.map((blocker) => ({ node: node.name, ...blocker }))),
  explanations: nodes.flatMap(({ node, explanation }) =>
    explanation === undefined ? [] : [{ node: node.name, message: explanation }],
  ),
  warnings,
})
