import { type Lease, watchedAnnotation } from '../../scaling/index.ts'

/** The parts of a Lease that we read and write. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface LeaseObject {
  metadata?: { annotations?: Record<string, string> }
  spec?: { holderIdentity?: string; renewTime?: string; leaseDurationSeconds?: number }
}

/** A Lease as the domain sees it. */
export const leaseOf = ({ metadata, spec }: LeaseObject): Lease => ({
  holder: spec?.holderIdentity,
  renewedAt: spec?.renewTime,
  durationSeconds: spec?.leaseDurationSeconds,
  watched: metadata?.annotations?.[watchedAnnotation],
})

/** The fields of a Lease that a renewal sets. The API server takes a time with microseconds only. */
export const leaseObjectOf = ({ holder, renewedAt, durationSeconds, watched }: Lease): LeaseObject => ({
  ...(watched !== undefined && { metadata: { annotations: { [watchedAnnotation]: watched } } }),
  spec: {
    holderIdentity: holder,
    renewTime: renewedAt?.replace(/(\.\d{3})Z$/, '$1000Z'),
    leaseDurationSeconds: durationSeconds,
  },
})
