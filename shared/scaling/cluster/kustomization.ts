import { kinds } from './kinds.ts'
import type { NamespacedName } from './namespacedName.ts'
import type { WorkloadRef } from './workload.ts'

/** A Kustomization of Flux, as far as it tells what Git has. https://fluxcd.io/flux/components/kustomize/kustomizations/ */
export interface Kustomization {
  /** Whether it deletes what is deleted in Git (`spec.prune`). */
  prunes: boolean
  /**
   * What it found in Git and applied last, of our kinds, each as `inventoryIdOf` has it. Undefined when it has applied
   * nothing yet, and when it applies to another cluster.
   */
  inventory: ReadonlySet<string> | undefined
}

/** The entry of a workload in an inventory (`ObjMetadata.String` in Flux' cli-utils). */
export const inventoryIdOf = ({ kind, namespace, name }: WorkloadRef): string =>
  [namespace, name, kinds[kind].resource.group, kind].join('_')

/** "Kustomization flux-system/apps", for messages. */
export const describeKustomization = ({ namespace, name }: NamespacedName): string =>
  `Kustomization ${namespace}/${name}`
