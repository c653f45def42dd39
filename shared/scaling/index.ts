export type {
  CallOptions,
  Cluster,
  ClusterEvent,
  Namespace,
  WorkloadQuery,
} from './cluster.ts'
export type { Result } from './decide.ts'
export { messageOf, ScalingError, type ScalingErrorCode } from './errors.ts'
export { type Inspection, inspect, inspectWhenReady, type Patience } from './inspect.ts'
export type { JsonPatch } from './jsonPatch.ts'
export { kedaPaused, kedaPausedReplicas, kinds, type WorkloadKind } from './kinds.ts'
export type { AutoscalerStatus, NodeGroup } from './nodes/autoscalerStatus.ts'
export { blockerReasons } from './nodes/blocker.ts'
export type { NodePool } from './nodes/clusterPools.ts'
export type { Finding } from './nodes/finding.ts'
export type { KarpenterNodePool } from './nodes/karpenterNodePool.ts'
export type { LabelExpression, LabelSelector } from './nodes/labelSelector.ts'
export { agentPoolLabel, type ClusterNode } from './nodes/node.ts'
export {
  type AgentPool,
  type AutoscalerProfile,
  defaultAutoscalerProfile,
  type NodePools,
} from './nodes/nodePools.ts'
export type { ObservedEvent } from './nodes/observedEvent.ts'
export { type ContainerState, describePod, type Pod, type PodCondition } from './nodes/pod.ts'
export type { PodDisruptionBudget } from './nodes/podDisruptionBudget.ts'
export { factsOf } from './nodes/poolFacts.ts'
export { type PoolStatus, statusOfPools } from './nodes/poolStatus.ts'
export { type Stage, stages } from './nodes/progress.ts'
export type { ProjectNodes } from './nodes/projectNodes.ts'
export { type VerifyRequest, verifyScaledToZero } from './nodes/verify.ts'
export type { Waking } from './nodes/waking.ts'
export { restore, scaleToZero, scaleUp } from './operations.ts'
export type { Outcome } from './outcome.ts'
export { managedLabel, namespaceAnnotations, type Project, type ProjectSettings, resolveProjects } from './project.ts'
export { type ProjectStatus, statusOfProjects } from './projectStatus.ts'
export { refuseProtectedNamespace } from './protectedNamespaces.ts'
export { asleepLabel, readRecord, recordAnnotations, type SleepRecord } from './record.ts'
export type { Scaling } from './scaling.ts'
export { statusOf } from './status.ts'
export { announceSweep, countResults, type SweepOutcome, type SweepRequest, sweepProject } from './sweep.ts'
export { applyDueTransitions, applyScheduledScaleUps, type TickRequest, type TickResult } from './tick.ts'
export { describeWorkload, objectRefOf, type Workload, type WorkloadRef } from './workload.ts'
