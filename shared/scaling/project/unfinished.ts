import { readTime } from '../../schedule/index.ts'
import { kindNames } from '../cluster/kinds.ts'
import type { Namespace } from '../cluster/namespace.ts'
import { describeWorkload, type WorkloadRef } from '../cluster/workload.ts'

/** The part of a transition that is not done: what its last attempt could not do, or all while the first is under way. */
export interface Unfinished {
  /** When the transition was due. */
  at: Date
  /** `Deployment project-a/web`; with the name `*` everything of that kind in that namespace. */
  left: string[]
}

// All annotations of an object share 256 KiB.
const maxLength = 64 * 1024

/** The workloads that are left of a transition, by their names. With the name `*` a ref is a whole listing. */
export const unfinishedOf = (at: Date, left: WorkloadRef[]): Unfinished => ({
  at,
  left: left.map(describeWorkload),
})

/** A transition of which nothing is done yet. */
export const begunAt = (at: Date, namespaces: Pick<Namespace, 'name'>[]): Unfinished =>
  unfinishedOf(
    at,
    namespaces.flatMap(({ name: namespace }) => kindNames.map((kind) => ({ kind, namespace, name: '*' }))),
  )

/** Tells whether a workload is left; with the name `*`, whether any of its kind and namespace is. */
export function isLeftOf({ left }: Unfinished): (ref: WorkloadRef) => boolean {
  const names = new Set(left)
  const places = new Set(left.map(placeOf))
  return (ref) => {
    const name = describeWorkload(ref)
    return ref.name === '*' ? places.has(name) : names.has(name) || names.has(placeOf(name))
  }
}

/** Writes it as the text of an annotation. A list that is too long for one names kinds and namespaces only. */
export function writeUnfinished({ at, left }: Unfinished): string {
  const names = left.join(', ')
  const places = [...new Set(left.map(placeOf))]
  return `${at.toISOString()}: ${names.length > maxLength ? places.join(', ') : names}`
}

/** Reads the text of an annotation; undefined when it is not of this form. */
export function readUnfinished(text: string): Unfinished | undefined {
  const [, time = '', names = ''] = /^(\S+): (.+)$/.exec(text) ?? []
  const at = readTime(time)
  return at && { at, left: names.split(', ') }
}

/** A failed listing is named so: its kind and namespace, and `*`. */
const placeOf = (name: string): string => name.replace(/[^/]*$/, '*')
