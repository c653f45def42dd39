import type { NamespacedName } from './namespacedName.ts'

/**
 * A Lease of coordination.k8s.io: who renewed it last, when (ISO 8601), and for how long a renewal holds. Each is
 * undefined until somebody has written it. https://kubernetes.io/docs/concepts/architecture/leases/
 */
export interface Lease {
  holder: string | undefined
  renewedAt: string | undefined
  durationSeconds: number | undefined
  /** When it was renewed in time and when not, as a text of ours: see `Watch`. */
  watched?: string | undefined
}

/** The annotation of a Lease that has this text. */
export const watchedAnnotation = 'aks-scale-to-zero/watched'

/** "Lease scale-system/nightly-scale-down", for messages. */
export const describeLease = ({ namespace, name }: NamespacedName): string => `Lease ${namespace}/${name}`
