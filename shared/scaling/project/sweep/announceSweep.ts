import { describeWorkload, type WorkloadRef } from '../../cluster/workload.ts'
import { ScalingError } from '../../errors.ts'
import { projectSwept } from '../../events.ts'
import type { Fault } from '../../observation.ts'
import type { Scaling } from '../../scaling.ts'
import { named } from '../faults.ts'
import { type History, type Swept, withEntry, withoutSleepers, withScaleDown } from '../history/history.ts'
import { keepHistory } from '../history/keepHistory.ts'
import { withNight, withWoken } from '../history/nights.ts'
import { entriesOf, tellFaults } from '../reportFaults.ts'
import { faultsOfWiped, isWithoutRecord } from '../wiped.ts'
import type { Sweep, SweepRequest } from './sweep.ts'
import { countResults, describeCounts, failuresOf } from './sweepOutcome.ts'

/**
 * Tells of a sweep on the project's home: by one Event with the counts, and in the history. Neither is written when nothing
 * changed, but for a transition of the schedule, which the history has in any case.
 */
export function announceSweep(scaling: Scaling, request: SweepRequest, sweep: Sweep): void {
  const { outcomes, left } = sweep
  const { project, action, actor, reason: why, now: at } = request
  keepSweep(scaling, request, sweep)
  const { changed, failed } = countResults(outcomes)
  if (request.dryRun || !(changed || failed)) return
  const counts = describeCounts(outcomes)
  const event = projectSwept(project.home, {
    action,
    counts: left.length === 0 ? counts : `${counts}, and the rest is left to the next tick,`,
    hasFailed: failed !== undefined || left.length > 0,
    actor,
    why,
  })
  scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at }))
}

/**
 * Keeps a sweep in the project's history, with its faults and with what each workload had that sleeps now, in one write. A
 * workload that sleeps without its record is found by what the history has of it, and told. Nobody waits for this.
 */
function keepSweep(scaling: Scaling, request: SweepRequest, sweep: Sweep): void {
  const { project, action, actor: by, reason, now: at, transition } = request
  const { outcomes } = sweep
  const results = countResults(outcomes)
  if (request.dryRun || !(results.changed || results.failed || transition)) return
  const failures = failuresOf(outcomes)
  const entry: Swept = {
    ...{ at, what: action, by, reason, results, failures },
    ...(transition && { transition: transition.at }),
  }
  // Those of a request are told in its answer.
  const faults = transition === undefined ? [] : entriesOf(sweep.faults, at)
  const changed = outcomes.flatMap((one) => (one.result !== 'failed' && one.result === 'changed' ? one : []))
  const counts = new Map(changed.map(({ ref, record }) => [describeWorkload(ref), record?.originalReplicas ?? 0]))
  const atZero = outcomes.flatMap(({ ref, result }) => (result === 'at-zero-before' ? ref : []))
  scaling.afterwards(async () => {
    let wiped: Fault[] = []
    let unwoken: string[] = []
    await keepHistory(scaling, project.home, {
      change(history) {
        wiped = named(project.name, faultsOfWiped(atZero, history))
        const told = (kept: History) => [...faults, ...entriesOf(wiped, at)].reduce(withEntry, kept)
        if (action === 'scale-down') return withNodes(told(withScaleDown(history, entry, counts)), request)
        const woken = withoutSleepers(told(withEntry(history, entry)), counts.keys())
        unwoken = [...woken.asleep.keys()]
        return { ...woken, nights: withWoken(woken.nights, at) }
      },
    })
    const isWhole = action === 'scale-up' && sweep.left.length === 0 && results.failed === undefined
    if (isWhole && unwoken.length > 0) wiped = await keepUnwoken(scaling, request, unwoken)
    tellFaults(scaling, { project, faults: wiped, now: at })
  })
}

const withNodes = (history: History, { transition, nodes }: SweepRequest): History =>
  transition === undefined || nodes === undefined
    ? history
    : { ...history, nights: withNight(history.nights, { scaleDown: transition.at, nodes }) }

// Each costs a call, and a team that has wiped more finds them all the same.
const mostLookedAt = 20

/**
 * Looks at what the history has asleep though its project was woken. One that people have woken or deleted goes; one that
 * is at zero without its record is a fault, as no scale-up finds it.
 */
async function keepUnwoken(scaling: Scaling, { project, now }: SweepRequest, names: string[]): Promise<Fault[]> {
  const wiped: WorkloadRef[] = []
  const awake: string[] = []
  for (const name of names.slice(0, mostLookedAt)) {
    const ref = refOf(name)
    const found = await scaling.cluster.getWorkload(ref).catch((error: unknown) => {
      if (error instanceof ScalingError && error.code === 'workload-not-found') return undefined
      throw error
    })
    if (found === undefined || found.desiredReplicas !== 0) awake.push(name)
    else if (isWithoutRecord(found)) wiped.push(ref)
  }
  let faults: Fault[] = []
  const change = (history: History) => {
    faults = named(project.name, faultsOfWiped(wiped, history))
    return entriesOf(faults, now).reduce(withEntry, withoutSleepers(history, awake))
  }
  await keepHistory(scaling, project.home, { change })
  return faults
}

function refOf(described: string): WorkloadRef {
  const [kind = '', namespace = '', name = ''] = described.split(/[ /]/)
  return { kind: kind as WorkloadRef['kind'], namespace, name }
}
