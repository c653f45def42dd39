import { isAhead } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { describeLease, type Lease } from '../cluster/lease.ts'
import { messageOf } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { leases, type TimerName, timerNames } from './timers.ts'
import { watchUntil, writeWatch } from './watch.ts'

/** The last heartbeat of a timer, whichever host ran it. It is told, and decides nothing. */
export interface Heartbeat {
  timer: TimerName
  /** The end of its last run that did its work; undefined when none is known. */
  lastRun: Date | undefined
  /** The host of that run. */
  by: string | undefined
  /** How often that host runs it. */
  everySeconds: number | undefined
  /** Whether it has missed two runs; undefined where nobody can know. */
  silent: boolean | undefined
  /** The reason why nobody can know, as a sentence. */
  fault: string | undefined
}

/** The heartbeat that a Lease tells of. A time that is no time, or in the future, counts as none. */
export function heartbeatOf(timer: TimerName, lease: Lease, now: Date): Heartbeat {
  const { holder: by, durationSeconds: everySeconds } = lease
  const renewed = new Date(lease.renewedAt ?? Number.NaN)
  const isKnown = !Number.isNaN(renewed.getTime()) && !isAhead(renewed, now)
  if (!isKnown || everySeconds === undefined)
    return { timer, lastRun: undefined, by: undefined, everySeconds: undefined, silent: true, fault: undefined }
  const silent = now.getTime() - renewed.getTime() > 2 * everySeconds * 1000
  return { timer, lastRun: renewed, by, everySeconds, silent, fault: undefined }
}

/** The heartbeats of all timers. One that cannot be read has a fault; this never fails. */
export const readHeartbeats = (scaling: Pick<Scaling, 'cluster' | 'now'>, options: CallOptions): Promise<Heartbeat[]> =>
  Promise.all(
    timerNames.map(async (timer) => {
      try {
        const lease = await scaling.cluster.getLease(leases[timer], options)
        return lease === undefined ? unknown(timer, noLease(timer)) : heartbeatOf(timer, lease, scaling.now())
      } catch (error) {
        return unknown(timer, messageOf(error))
      }
    }),
  )

const unknown = (timer: TimerName, fault: string): Heartbeat => ({
  timer,
  lastRun: undefined,
  by: undefined,
  everySeconds: undefined,
  silent: undefined,
  fault,
})

/** The fault of a timer whose Lease is missing, with the remedy. */
export const noLease = (timer: TimerName): string =>
  `there is no ${describeLease(leases[timer])}, so nobody can tell when ${timer} last ran: ` +
  'kubectl apply -f scale-api/manifests/00-namespace.yaml -f scale-api/manifests/leases.yaml'

/** The end of a run: which timer, in which host, and how often it runs there. */
interface Renewal extends CallOptions {
  timer: TimerName
  host: string
  everySeconds: number
}

/**
 * Notes that a timer has done its work, and the time without a run before it. It answers the heartbeat before, of this or of another host.
 * @returns undefined where the Lease is missing; nothing is written then
 * @throws ScalingError
 */
export async function renewHeartbeat(
  { cluster, now }: Pick<Scaling, 'cluster' | 'now'>,
  { timer, host, everySeconds, ...options }: Renewal,
): Promise<Heartbeat | undefined> {
  const lease = await cluster.getLease(leases[timer], options)
  if (lease === undefined) return undefined
  const at = now()
  // One write has both, so no crash can make a gap look as if somebody had watched.
  const watched = writeWatch(watchUntil(lease, at))
  const renewed = { holder: host, renewedAt: at.toISOString(), durationSeconds: everySeconds, watched }
  await cluster.renewLease(leases[timer], renewed, options)
  return heartbeatOf(timer, lease, at)
}
