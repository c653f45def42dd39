import type { PodDisruptionBudget } from '../../scaling/index.ts'

/** The parts of a policy/v1 PodDisruptionBudget that we read. */
export interface BudgetObject {
  metadata: { namespace: string; name: string }
  spec?: { selector?: PodDisruptionBudget['selector'] | null }
  status?: { disruptionsAllowed?: number }
}

/** A budget as the domain sees it. Until its controller has reported it allows no disruption, as in an eviction. */
export const budgetOf = ({ metadata, spec, status }: BudgetObject): PodDisruptionBudget => ({
  namespace: metadata.namespace,
  name: metadata.name,
  selector: spec?.selector ?? undefined,
  disruptionsAllowed: status?.disruptionsAllowed ?? 0,
})
