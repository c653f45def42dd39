import type { Lease } from '../../scaling/index.ts'

/** The parts of a Lease that we read and write. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface LeaseObject {
  spec?: { holderIdentity?: string; renewTime?: string; leaseDurationSeconds?: number }
}

/** A Lease as the domain sees it. */
export const leaseOf = ({ spec }: LeaseObject): Lease => ({
  holder: spec?.holderIdentity,
  renewedAt: spec?.renewTime,
  durationSeconds: spec?.leaseDurationSeconds,
})

/** The fields of a Lease that a renewal sets. The API server takes a time with microseconds only. */
export const leaseObjectOf = ({ holder, renewedAt, durationSeconds }: Required<Lease>): LeaseObject => ({
  spec: {
    holderIdentity: holder,
    renewTime: renewedAt?.replace(/(\.\d{3})Z$/, '$1000Z'),
    leaseDurationSeconds: durationSeconds,
  },
})
