import { countResults, describeCounts, type Outcome, recordAnnotations } from '../../../scaling/index.ts'

/** The facts of a sweep that its answer names. */
export interface SweepFacts {
  project: string
  asked: 'scale-to-zero' | 'restore'
  dryRun: boolean
}

/** The state of a project after a sweep that did everything. */
export const doneBy = { 'scale-to-zero': 'scaled to zero', restore: 'restored' } as const

/** Sums up a sweep for a person. When it did nothing, that comes first, and then what to do. */
export function sweepMessage(outcomes: Outcome[], { project, asked, dryRun }: SweepFacts): string {
  const { changed = 0, 'record-updated': updated = 0 } = countResults(outcomes)
  if (asked === 'restore' && changed === 0) {
    return `Nothing ${dryRun ? 'would be ' : ''}woken: ${whyNothingWoken(outcomes, project)}`
  }
  if (changed + updated === 0) return `Nothing to do: ${whyNothingToDo(outcomes, project)}`
  return `Project ${project} ${dryRun ? 'would be ' : ''}${doneBy[asked]}: ${describeCounts(outcomes)}`
}

function whyNothingToDo(outcomes: Outcome[], project: string): string {
  const { skipped = 0 } = countResults(outcomes)
  const atZero = outcomes.length - skipped
  const facts = [
    ...(atZero > 0 ? [`${atZero} ${atZero === 1 ? 'is' : 'are'} at zero already`] : []),
    ...(skipped > 0 ? [`${skipped} ${skipped === 1 ? 'is' : 'are'} left out`] : []),
  ]
  return facts.join(', ') || `project ${project} has no workloads`
}

function whyNothingWoken(outcomes: Outcome[], project: string): string {
  const reasons = [...Map.groupBy(outcomes, reasonOf)].map(([reason, those]) => explanations[reason](those))
  return reasons.join('; ') || `no workload of project ${project} was put to zero by this service`
}

type Reason =
  | 'awake'
  | 'asleepByName'
  | 'asleepByNameWithoutRoute'
  | 'unreadable'
  | 'unreadableWithoutRoute'
  | 'orphaned'
  | 'deleted'

function reasonOf({ ref, result, targetReplicas, record }: Outcome): Reason {
  if (result === 'orphaned') return result
  if (targetReplicas > 0) return 'awake'
  // Only a Deployment has requests of its own.
  const hasRoute = ref.kind === 'Deployment'
  if (record === undefined) return hasRoute ? 'unreadable' : 'unreadableWithoutRoute'
  if (record.scope === 'workload') return hasRoute ? 'asleepByName' : 'asleepByNameWithoutRoute'
  return 'deleted'
}

const explanations: Record<Reason, (those: Outcome[]) => string> = {
  awake: ({ length }) => `${length} ${length === 1 ? 'runs' : 'run'} already`,
  asleepByName: (those) =>
    `${sleepers(those)} by name; wake ${itOrEach(those)} by name with POST ${routeOf(those, 'restore')}`,
  asleepByNameWithoutRoute: (those) =>
    `${sleepers(those)} by name, but only a Deployment can be woken by name; annotate ${itOrEach(those)} with ` +
    `${recordAnnotations.scope}=project, and send this request again`,
  unreadable: (those) =>
    `${sleepers(those)} without a record that can be read; give ${itOrEach(those)} its replicas with POST ` +
    routeOf(those, 'scale-up'),
  unreadableWithoutRoute: (those) =>
    `${sleepers(those)} without a record that can be read; wake ${itOrEach(those)} with kubectl`,
  orphaned: (those) => `${sleepers(those)} that Git does not have any more; the \`why\` of each says what to do`,
  deleted: ({ length }) => `${length} ${length === 1 ? 'was' : 'were'} deleted meanwhile`,
}

const sleepers = ({ length }: Outcome[]) => (length === 1 ? '1 workload sleeps' : `${length} workloads sleep`)

const itOrEach = ({ length }: Outcome[]) => (length === 1 ? 'it' : 'each')

function routeOf([first, ...others]: Outcome[], action: 'restore' | 'scale-up'): string {
  const isOne = first !== undefined && others.length === 0
  const deployment = isOne ? `${first.ref.namespace}/${first.ref.name}` : '{namespace}/{name}'
  return `/api/v1/deployments/${deployment}/${action}`
}
