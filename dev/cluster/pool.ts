import type { Node } from './objects.ts'

/** A node pool as AKS has it. */
export interface Pool {
  name: string
  labels: Record<string, string>
  taints: Node['spec']['taints']
  /** The capacity of each of its nodes. */
  capacity: Record<string, string>
}
