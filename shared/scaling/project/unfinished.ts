import { describeWorkload, type WorkloadRef } from '../cluster/workload.ts'

// All annotations of an object share 256 KiB.
const maxLength = 64 * 1024

/** Says what of a transition could not be done. When that is too much to name each, it names kinds and namespaces. */
export function writeUnfinished(transition: Date, left: WorkloadRef[]): string {
  const names = left.map(describeWorkload).join(', ')
  const places = new Set(left.map(placeOf))
  return `${transition.toISOString()}: ${names.length > maxLength ? [...places].join(', ') : names}`
}

/**
 * Reads what is left of a transition: whether a workload is, or with the name `*` any of its kind and namespace.
 * Undefined when nothing was written about this transition, as before the first attempt.
 */
export function readUnfinished(
  text: string | undefined,
  transition: Date,
): ((ref: WorkloadRef) => boolean) | undefined {
  const beginning = `${transition.toISOString()}: `
  if (!text?.startsWith(beginning)) return undefined
  const left = new Set(text.slice(beginning.length).split(', '))
  const places = new Set([...left].map((name) => name.replace(/[^/]*$/, '*')))
  return (ref) =>
    ref.name === '*' ? places.has(placeOf(ref)) : left.has(describeWorkload(ref)) || left.has(placeOf(ref))
}

/** As the listing of a kind is named when it fails. */
const placeOf = (ref: WorkloadRef): string => describeWorkload({ ...ref, name: '*' })
