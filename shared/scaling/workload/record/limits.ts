/**
 * The most replicas that this service sets. Requests ask for no more, records are obeyed up to it, and the admission
 * policy holds it, too.
 */
export const maxReplicas = 1000

/** Whether this is a count that a record can hold and that can be brought back. */
export const canComeBack = (replicas: number): boolean =>
  Number.isInteger(replicas) && replicas >= 1 && replicas <= maxReplicas
