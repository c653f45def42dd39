/** The status that the cluster autoscaler last wrote. AKS runs it out of sight, so the cluster shows no more of it. */
export interface AutoscalerStatus {
  /** The time of writing, ISO 8601; undefined when it cannot be read. It is renewed about every 10 seconds. */
  updatedAt: string | undefined
  groups: NodeGroup[]
}

/** A scale set as the cluster autoscaler sees it. Counts that are missing are zero. */
export interface NodeGroup {
  /** On AKS the name of the scale set, e.g. `aks-projecta-10000000-vmss`. */
  name: string
  health: string
  minSize: number
  maxSize: number
  /** `NoActivity`, `InProgress`, `Backoff` ... */
  scaleUp: string
  /** Why it backs off from adding nodes, in Azure's words. */
  backoff: string | undefined
  /** Nodes that it may remove soon. */
  candidates: number
}

// An autoscaler whose status is older is stuck: cluster-autoscaler/FAQ.md of kubernetes/autoscaler.
const stuckAfterMs = 3 * 60_000

/** The time of the last status, ISO 8601, if that is too old for a healthy autoscaler; undefined otherwise. */
export function stuckSince({ updatedAt }: AutoscalerStatus, now: Date): string | undefined {
  return updatedAt !== undefined && now.getTime() - Date.parse(updatedAt) > stuckAfterMs ? updatedAt : undefined
}

/** The AKS node pool of a group; undefined for a group whose name has another form. */
export const poolOfGroup = ({ name }: Pick<NodeGroup, 'name'>): string | undefined =>
  /^aks-(.+)-\d{8}-vmss$/.exec(name)?.[1]
