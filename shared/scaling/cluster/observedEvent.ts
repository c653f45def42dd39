/** An Event that somebody wrote, as `kubectl get events` shows it. */
export interface ObservedEvent {
  about: { kind: string; namespace: string | undefined; name: string; uid: string | undefined }
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  /** When it was last seen, ISO 8601. */
  at: string
  /** The component that wrote it, e.g. `default-scheduler`, `cluster-autoscaler`, `karpenter`. */
  source: string
}

/** The Event last seen, among those with one of these reasons when some are given. */
export const newest = (events: ObservedEvent[], reasons?: string[]): ObservedEvent | undefined =>
  events
    .filter(({ reason }) => reasons?.includes(reason) ?? true)
    .reduce<ObservedEvent | undefined>((last, event) => (isAfter(last, event) ? last : event), undefined)

/**
 * Whether one Event was seen after the other, or there is no other. Most Events have whole seconds, so ties are common.
 */
export const isAfter = (event: ObservedEvent | undefined, other: ObservedEvent | undefined): boolean =>
  event !== undefined && (other === undefined || Date.parse(event.at) > Date.parse(other.at))
