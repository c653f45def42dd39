import { type JsonPatch, pointer } from '../../cluster/jsonPatch.ts'
import { kinds } from '../../cluster/kinds.ts'
import type { Workload } from '../../cluster/workload.ts'
import {
  annotationsOf,
  asleepLabel,
  hasAsleepLabel,
  labelsOf,
  type SleepRecord,
  trucesOf,
  wokenValue,
} from '../record/record.ts'
import { annotationsAfterTruce, annotationsOfTruce } from '../record/truce.ts'
import { annotationsOfWoken, type Woken } from '../record/woken.ts'
import { exclusionAnnotations } from '../refusals/exclusion.ts'
import { allowDataLoss, isVolatile } from '../refusals/irreversible.ts'
import { fieldManager } from './fieldManagers.ts'

/** The wanted state of a workload: its replicas and what we write on it, which only ever change together. */
export interface Wanted {
  replicas: number
  record: SleepRecord | undefined
  /** Who wakes it. Absent, the trace of an earlier waking stays as it is; at zero there is none. */
  woken?: Woken
}

/**
 * The one patch that makes `workload` as wanted; empty when it already is.
 *
 * Its `test` operations name what the decision rests on and nothing else: the replicas read, our own annotations and
 * labels, what would exclude it from its project's scale-down, and what would become of its volumes. A controller's
 * status write is then no conflict, and a person's change of the replicas is.
 */
export function patchTo(workload: Workload, wanted: Wanted): JsonPatch {
  const { dial } = kinds[workload.ref.kind]
  const [from, to] = [dial(workload.desiredReplicas), dial(wanted.replicas)]
  const isTurned = !Object.is(wanted.replicas, workload.desiredReplicas)
  const annotations = changesOf('annotations', workload.annotations, {
    ...annotationsOf(wanted.record),
    ...((wanted.woken !== undefined || wanted.replicas === 0) && annotationsOfWoken(wanted.woken)),
    ...(wanted.record?.scope === 'project' && asRead(workload, Object.values(exclusionAnnotations))),
    ...(wanted.replicas === 0 && isVolatile(workload) && asRead(workload, [allowDataLoss])),
    ...(wanted.record === undefined && annotationsAfterTruce(workload, trucesOf(workload))),
    ...(wanted.record !== undefined && isTurned && annotationsOfTruce(workload, wanted.record)),
    // A dial that stays is left in the words in which somebody wrote it, and is tested.
    ...('annotations' in to && (isTurned ? to.annotations : asRead(workload, Object.keys(to.annotations)))),
  })
  const owes = wanted.record === undefined && (isTurned ? workload.isApplied : owesFields(workload))
  const labels = changesOf('labels', workload.labels, {
    ...labelsOf(wanted.record),
    ...(owes && { [asleepLabel.key]: wokenValue }),
  })
  const spec = 'spec' in from && 'spec' in to ? specChanges(from.spec, to.spec) : { tests: [], changes: [] }
  const changes = [...annotations.changes, ...labels.changes, ...spec.changes]
  if (changes.length === 0) return []
  return [...spec.tests, ...volumeTests(workload, wanted), ...annotations.tests, ...labels.tests, ...changes]
}

/**
 * Ends a truce of an earlier night that `kubectl rollout undo` has brought back: its tool would leave alone what is awake.
 * Empty where there is none.
 */
export const staleTrucePatch = (workload: Workload): JsonPatch =>
  workload.desiredReplicas > 0 && !hasAsleepLabel(workload) && Object.keys(trucesOf(workload)).length > 0
    ? patchTo(workload, { replicas: workload.desiredReplicas, record: undefined })
    : []

/** Whether it is awake, and the fields that we have written are still ours. What somebody put to zero since is theirs. */
export const owesFields = ({ labels, desiredReplicas }: Workload): boolean =>
  desiredReplicas !== 0 && labels?.[asleepLabel.key] === wokenValue

/**
 * Makes the fields that we have written nobody's, so that a server-side apply may set them: takes our entries out of the
 * list of field managers, and the label that remembers it. Empty when somebody has put it to sleep since.
 */
export function releasePatch(workload: Workload): JsonPatch {
  if (!owesFields(workload)) return []
  const label = pointer('metadata', 'labels', asleepLabel.key)
  return [
    { op: 'test', path: label, value: wokenValue },
    { op: 'remove', path: label },
    // From the end, since a removal moves what comes after it.
    ...workload.ownEntries.toReversed().flatMap((index): JsonPatch => {
      const entry = pointer('metadata', 'managedFields', String(index))
      return [
        { op: 'test', path: `${entry}/manager`, value: fieldManager },
        { op: 'remove', path: entry },
      ]
    }),
  ]
}

/** A StatefulSet goes to zero only while its volumes are kept as they were when that was decided. */
const volumeTests = ({ claimRetention }: Workload, { replicas }: Wanted): JsonPatch =>
  replicas === 0 && claimRetention?.whenScaled !== undefined
    ? [{ op: 'test', path: pointer('spec', 'persistentVolumeClaimRetentionPolicy'), value: claimRetention }]
    : []

/** Annotations as they were read, absent or not: they are tested and never changed. */
const asRead = ({ annotations }: Workload, keys: string[]): Record<string, string | undefined> =>
  Object.fromEntries(keys.map((key) => [key, annotations?.[key]]))

interface Changes {
  tests: JsonPatch
  changes: JsonPatch
}

function specChanges(from: Record<string, unknown>, to: Record<string, unknown>): Changes {
  const fields = Object.keys(to).map((field) => ({ path: pointer('spec', field), from: from[field], to: to[field] }))
  return {
    tests: fields.map(({ path, from: value }) => ({ op: 'test', path, value })),
    changes: fields
      .filter((field) => field.from !== field.to)
      .map(({ path, to: value }) => ({ op: 'replace', path, value })),
  }
}

function changesOf(
  field: 'annotations' | 'labels',
  current: Record<string, string> | undefined,
  wanted: Record<string, string | undefined>,
): Changes {
  const path = (...key: string[]) => pointer('metadata', field, ...key)
  if (current === undefined) {
    const present = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    const isEmpty = Object.keys(present).length === 0
    // `add` of a key fails when its map is absent, and `add` of the map would wipe one made meanwhile: hence the test.
    return {
      tests: [{ op: 'test', path: path(), value: null }],
      changes: isEmpty ? [] : [{ op: 'add', path: path(), value: present }],
    }
  }
  const tests: JsonPatch = []
  const changes: JsonPatch = []
  for (const [key, value] of Object.entries(wanted)) {
    tests.push({ op: 'test', path: path(key), value: current[key] ?? null })
    if (value === current[key]) continue
    changes.push(value === undefined ? { op: 'remove', path: path(key) } : { op: 'add', path: path(key), value })
  }
  return { tests, changes }
}
