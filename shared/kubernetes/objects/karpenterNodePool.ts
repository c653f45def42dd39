import type { KarpenterNodePool } from '../../scaling/index.ts'

/** The parts of a karpenter.sh/v1 NodePool that we read. https://karpenter.sh/docs/concepts/nodepools/ */
export interface NodePoolObject {
  metadata: { name: string }
  spec: {
    replicas?: number
    disruption?: { consolidationPolicy?: string; consolidateAfter?: string; budgets?: Budget[] }
  }
}

interface Budget {
  nodes?: string
  reasons?: string[]
  schedule?: string
}

/** A node pool of Karpenter as the domain sees it, with the defaults of its CustomResourceDefinition. */
export const karpenterNodePoolOf = ({ metadata, spec }: NodePoolObject): KarpenterNodePool => ({
  name: metadata.name,
  consolidationPolicy: spec.disruption?.consolidationPolicy ?? 'WhenEmptyOrUnderutilized',
  consolidateAfter: spec.disruption?.consolidateAfter ?? '0s',
  replicas: spec.replicas,
  isFrozen: spec.disruption?.budgets?.some(freezes) ?? false,
})

/** Whether a budget keeps empty nodes for good. One with a schedule lets them go at other hours. */
const freezes = ({ nodes, reasons, schedule }: Budget): boolean =>
  (nodes === '0' || nodes === '0%') && schedule === undefined && (reasons?.includes('Empty') ?? true)
