import { type ListOptions, ScalingError } from '../../scaling/index.ts'
import { CallFailed, isAnswer, toScalingError } from '../failure.ts'
import type { Call, Transport } from '../transport.ts'
import { type ListedObject, listAll, maxKeptBytes } from './listAll.ts'
import { shareRuns } from './shareRuns.ts'

/** A list of the cluster. */
export interface Listed<Item, Object extends ListedObject> extends Pick<Call, 'path' | 'query' | 'accept'> {
  /** Names its objects, e.g. `Deployments`. */
  what: string
  /** The one namespace that it is of, if it is of one. */
  namespace?: string | undefined
  /** Whether the list is empty where the server does not know these objects. */
  isOptional?: boolean
  /** Takes from an object what is kept of it. */
  read(object: Object): Item
}

/** Answers the items of a list. @throws ScalingError */
export type Lists = <Item, Object extends ListedObject>(
  listed: Listed<Item, Object>,
  options: ListOptions,
) => Promise<Item[]>

/** Somebody who has installed KEDA must not wait long for this service to notice. */
const trustAbsenceMs = 5 * 60 * 1000

/**
 * Reads lists. All who ask for the same one while it is read share the next reading of it.
 * @param elapsed milliseconds of a clock that never goes back
 */
export function createLists(transport: Transport, elapsed: () => number): Lists {
  const share = shareRuns()
  // The time at which the server last said that it does not know the objects of a list, by what they are.
  const absentSince = new Map<string, number>()
  return async (listed, { signal, onTooLarge, mayTrustAbsence }) => {
    const { path, query, accept, read, what, namespace } = listed
    if (mayTrustAbsence && elapsed() - (absentSince.get(what) ?? Number.NEGATIVE_INFINITY) < trustAbsenceMs) return []
    const object = namespace === undefined ? what : `${what} in ${namespace}`
    const call: Call = { verb: 'list', path, query, accept }
    try {
      const work = (ending: AbortSignal) => listAll(transport, { call: { ...call, signal: ending }, read })
      const kept = await share(`${path}?${new URLSearchParams(query)}`, work, signal)
      absentSince.delete(what)
      for (const [group, count] of kept.givenUp) {
        const error = tooLarge(what, { group, count })
        if (onTooLarge === undefined) throw error
        onTooLarge(group, error)
      }
      return kept.items()
    } catch (error) {
      if (listed.isOptional && isAnswer(error, 404)) {
        absentSince.set(what, elapsed())
        return []
      }
      const failure = signal?.aborted && !(error instanceof CallFailed) ? outOfTime(error) : error
      throw toScalingError(failure, { doing: `list ${object}`, object })
    }
  }
}

const outOfTime = (error: unknown) => new CallFailed({ kind: 'timeout', error })

const tooLarge = (what: string, { group, count }: { group: string; count: number }): ScalingError =>
  new ScalingError(
    'listing-too-large',
    `The ${what} of ${group} are too many or too large to be read: ${count} of them, where all ${what} together may ` +
      `take ${maxKeptBytes / 1024 / 1024} MiB of this service's memory. Delete those that are not needed, and limit ` +
      'their number with a ResourceQuota',
  )
