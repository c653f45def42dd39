import { type LabelSelector, selects } from './labelSelector.ts'
import type { Pod } from './pod.ts'

/** How many of a set of Pods may be evicted now. https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export interface PodDisruptionBudget {
  namespace: string
  name: string
  /** Undefined selects no Pod, an empty one every Pod of the namespace. */
  selector: LabelSelector | undefined
  disruptionsAllowed: number
}

/** The budgets that select a Pod. */
export const budgetsOf = ({ namespace, labels }: Pod, budgets: PodDisruptionBudget[]): PodDisruptionBudget[] =>
  budgets.filter(
    (budget) => budget.namespace === namespace && budget.selector !== undefined && selects(budget.selector, labels),
  )
