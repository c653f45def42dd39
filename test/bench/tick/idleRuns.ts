import { readConfig } from '../../../shared/config.ts'
import { type Scaling, timerNames } from '../../../shared/scaling/index.ts'
import { createLogger } from '../../../shared/telemetry/index.ts'
import { type Beat, createBeat, runTimer } from '../../../shared/timers/index.ts'
import { table } from '../figures.ts'

/** The calls of a run in which nothing is due, such as `list 1, get 1, patch 1`, by timer. */
export interface IdleRuns {
  withoutHeartbeat: Record<string, string>
  withHeartbeat: Record<string, string>
}

/** @param calls the verbs of all calls so far, emptied here */
export async function idleRuns(scaling: Scaling, calls: string[]): Promise<IdleRuns> {
  const runs = async (beat: Beat) => {
    const counted: Record<string, string> = {}
    const services = {
      config: readConfig({}),
      logger: createLogger('error', scaling.now),
      scaling,
      schedule: '0 */5 * * * *',
      beat,
    }
    const ending = new AbortController().signal
    for (const timer of timerNames) {
      calls.length = 0
      const { failures } = await runTimer(timer, services, { ending, signal: ending })
      if (failures.length > 0) throw new Error(failures.join('; '))
      counted[timer] = countsOf(calls)
    }
    return counted
  }
  return { withoutHeartbeat: await runs(async () => {}), withHeartbeat: await runs(createBeat('bench')) }
}

export const idleTable = ({ withoutHeartbeat, withHeartbeat }: IdleRuns): string =>
  table([
    ['calls of an idle run', 'without heartbeat', 'with heartbeat'],
    ...timerNames.map((timer) => [timer, withoutHeartbeat[timer] ?? '', withHeartbeat[timer] ?? '']),
  ])

function countsOf(verbs: string[]): string {
  const counts = new Map<string, number>()
  for (const verb of verbs) counts.set(verb, (counts.get(verb) ?? 0) + 1)
  return [...counts].map(([verb, count]) => `${verb} ${count}`).join(', ')
}
