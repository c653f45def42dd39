/** An Event that somebody wrote, as `kubectl get events` shows it. */
export interface ObservedEvent {
  about: { kind: string; namespace: string | undefined; name: string; uid: string | undefined }
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  /** When it was last seen, ISO 8601. */
  at: string
  /** Who wrote it, e.g. `default-scheduler`, `cluster-autoscaler`, `karpenter`. */
  source: string
}
