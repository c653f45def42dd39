import { controlPlane } from './cluster.ts'
import { hostProcesses } from './hosts.ts'
import type { LabState } from './labState.ts'
import { type LabPaths, logOf } from './paths.ts'
import { labProcesses } from './processes.ts'

export type ComponentStatus = { component: string; pid: number | undefined; ports: number[]; log: string }

/** Every process that this lab should have, with its pid when it runs. */
export function componentsOf(state: LabState, paths: LabPaths): ComponentStatus[] {
  const living = labProcesses(paths.dir)
  const wanted = [...controlPlane, 'karpenter', ...state.addOns, ...(state.hosts ? hostProcesses : [])]
  return wanted.map((component) => ({
    component,
    pid: living.find((one) => one.component === component)?.pid,
    ports: portsOf(state, component),
    log: logOf(paths, component),
  }))
}

function portsOf({ ports }: LabState, component: string): number[] {
  const listens: Record<string, number[]> = {
    etcd: [ports.etcd, ports.etcdPeer],
    'kube-apiserver': [ports.apiServer],
    'kube-controller-manager': [ports.controllerManager],
    'kube-scheduler': [ports.scheduler],
    'kwok-controller': [ports.kwok],
    karpenter: [ports.karpenterHealth, ports.karpenterMetrics],
    keda: [ports.kedaHealth, ports.kedaMetrics, ports.kedaMetricsService],
    flux: [ports.fluxHealth, ports.fluxMetrics],
    azure: [ports.azure],
    'scale-api': [ports.scaleApi],
    functions: [ports.functions],
  }
  return listens[component] ?? []
}
