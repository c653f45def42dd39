import { quote } from '../../schedule/index.ts'
import type { Fault } from '../observation.ts'
import { annotationPrefix, labelsOf, recordAnnotations } from './record/record.ts'
import { wokenAnnotations } from './record/woken.ts'
import { whyNoFlag } from './record/written.ts'
import { exclusionAnnotations } from './refusals/exclusion.ts'
import { allowDataLoss } from './refusals/irreversible.ts'

/** The annotations and the labels of an object, or the keys of them that somebody reads. */
export interface Marks<Of> {
  annotations: Of
  labels: Of
}

/** The keys with our prefix that are read on a workload. */
export const workloadKeys: Marks<string[]> = {
  annotations: [
    ...Object.values(exclusionAnnotations),
    allowDataLoss,
    ...Object.values(recordAnnotations),
    ...Object.values(wokenAnnotations),
  ],
  labels: Object.keys(labelsOf(undefined)),
}

/** Each wrong key costs a comparison with every known one, and nobody reads more of them. */
const mostKeys = 20

/**
 * A fault for each key with our prefix that nobody reads there, with the nearest one that is read.
 * @param elsewhere the keys that are read on the other kind of object, and what that is
 */
export function unknownKeys(
  found: Marks<Record<string, string> | undefined>,
  known: Marks<readonly string[]>,
  elsewhere: { known: Marks<readonly string[]>; on: string },
): Fault[] {
  return (['annotations', 'labels'] as const).flatMap((place) => {
    const other = place === 'annotations' ? 'labels' : 'annotations'
    const ours = Object.keys(found[place] ?? {}).filter((key) => key.toLowerCase().startsWith(annotationPrefix))
    const unread = ours.filter((key) => !known[place].includes(key))
    const why = (key: string): string => {
      if (known[other].includes(key)) return `it is read as ${singular[other]} only`
      if (elsewhere.known[place].includes(key)) return `it is read on ${elsewhere.on} only`
      return `the nearest known one is ${nearest(key, known[place])}`
    }
    return unread
      .slice(0, mostKeys)
      .map((key) => ({ key, message: `nobody reads its ${nounOf[place]} ${quote(key).slice(1, -1)}: ${why(key)}` }))
  })
}

const nounOf = { annotations: 'annotation', labels: 'label' } as const
const singular = { annotations: 'an annotation', labels: 'a label' } as const

/** The key with the fewest letters to change, whatever its case and whatever divides its words. */
function nearest(key: string, known: readonly string[]): string {
  const plain = (text: string) =>
    text
      .slice(annotationPrefix.length)
      .toLowerCase()
      .replace(/[^a-z]/g, '')
  const wanted = plain(key).slice(0, 63)
  const distances = known.map((one) => ({ one, distance: distanceOf(wanted, plain(one)) }))
  return distances.sort((a, b) => a.distance - b.distance)[0]?.one ?? ''
}

/** How many letters are added, removed or changed between two words (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= b.length; column++) {
      const changed = (row[column - 1] ?? 0) + (b[column - 1] === letter ? 0 : 1)
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** The fault of a flag that has another value than the one that it is read for; `false` is the same as no flag. */
export function faultOfFlag(marks: Record<string, string> | undefined, key: string): Fault[] {
  const why = whyNoFlag(marks?.[key])
  return why === undefined ? [] : [{ key, message: `its ${key} ${why}` }]
}
