import type {
  AgentPool as AzureAgentPool,
  ManagedClusterPropertiesAutoScalerProfile,
} from '@azure/arm-containerservice'
import { type AgentPool, type AutoscalerProfile, defaultAutoscalerProfile } from '../scaling/index.ts'

/**
 * A node pool as the domain sees it. A pool of type VirtualMachines has its sizes in profiles of their own: its count
 * is the sum over them, and its limits are those of its autoscaling profiles.
 */
export function agentPoolOf(pool: AzureAgentPool): AgentPool {
  const machines = pool.virtualMachinesProfile?.scale?.autoscale ?? []
  const sizes = pool.virtualMachineNodesStatus ?? []
  return {
    name: pool.name ?? '',
    mode: pool.mode,
    // The API writes null for some of what its types call absent.
    count: pool.count ?? (sizes.length > 0 ? sum(sizes.map(({ count }) => count)) : undefined),
    minCount: pool.minCount ?? (machines.length > 0 ? sum(machines.map(({ minCount }) => minCount)) : undefined),
    maxCount: pool.maxCount ?? (machines.length > 0 ? sum(machines.map(({ maxCount }) => maxCount)) : undefined),
    autoscaling: pool.enableAutoScaling ?? machines.length > 0,
    provisioningState: pool.provisioningState ?? undefined,
    powerState: pool.powerState?.code,
    vmSize: pool.vmSize ?? (machines.map(({ size }) => size).join(', ') || undefined),
  }
}

/** The settings of the autoscaler that decide what may hold a node. Azure has all of them as texts. */
export function autoscalerProfileOf(profile: ManagedClusterPropertiesAutoScalerProfile | undefined): AutoscalerProfile {
  const { skipNodesWithLocalStorage, skipNodesWithSystemPods, scaleDownUnneededTime } = profile ?? {}
  const minutes = /^(\d+)m$/.exec(scaleDownUnneededTime ?? '')?.[1]
  const flag = (text: string | undefined, otherwise: boolean) => (text === undefined ? otherwise : text === 'true')
  return {
    skipNodesWithLocalStorage: flag(skipNodesWithLocalStorage, defaultAutoscalerProfile.skipNodesWithLocalStorage),
    skipNodesWithSystemPods: flag(skipNodesWithSystemPods, defaultAutoscalerProfile.skipNodesWithSystemPods),
    scaleDownUnneededMinutes: Number(minutes ?? defaultAutoscalerProfile.scaleDownUnneededMinutes),
  }
}

const sum = (counts: (number | undefined)[]): number => counts.reduce<number>((total, count) => total + (count ?? 0), 0)
