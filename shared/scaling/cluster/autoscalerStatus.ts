/** What the cluster autoscaler last said of itself. AKS runs it out of sight, so this is all that the cluster shows of it. */
export interface AutoscalerStatus {
  /** When it wrote that, ISO 8601; undefined when it cannot be read. It writes every 10 seconds or so. */
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

// https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md: older than that, it is stuck.
const stuckAfterMs = 3 * 60_000

/** Since when it has said nothing, if that is too long to be healthy; ISO 8601. */
export function stuckSince({ updatedAt }: AutoscalerStatus, now: Date): string | undefined {
  return updatedAt !== undefined && now.getTime() - Date.parse(updatedAt) > stuckAfterMs ? updatedAt : undefined
}

/** The AKS node pool that a group is; undefined for one that is named otherwise. */
export const poolOfGroup = ({ name }: Pick<NodeGroup, 'name'>): string | undefined =>
  /^aks-(.+)-\d{8}-vmss$/.exec(name)?.[1]
