import type { NamespacedName } from '../cluster/namespacedName.ts'

/** The timers of this service. In Azure each is a function of its name. */
export const timerNames = ['nightlyScaleDown', 'scheduledScaleUp', 'verifyScaledToZero'] as const

export type TimerName = (typeof timerNames)[number]

/** The Lease on which each timer has its heartbeat. `scale-api/manifests/leases.yaml` makes them. */
export const leases: Record<TimerName, NamespacedName> = {
  nightlyScaleDown: { namespace: 'scale-system', name: 'nightly-scale-down' },
  scheduledScaleUp: { namespace: 'scale-system', name: 'scheduled-scale-up' },
  verifyScaledToZero: { namespace: 'scale-system', name: 'verify-scaled-to-zero' },
}
