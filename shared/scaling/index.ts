export {
  type AgentPool,
  type AgentPools,
  type AutoscalerProfile,
  defaultAutoscalerProfile,
} from './cluster/agentPools.ts'
export type { AutoscalerStatus, NodeGroup } from './cluster/autoscalerStatus.ts'
export type { CallOptions, Cluster, ListOptions, WorkloadQuery } from './cluster/cluster.ts'
export { type ConfigMap, describeConfigMap } from './cluster/configMap.ts'
export type { ClusterEvent } from './cluster/event.ts'
export { type JsonPatch, pointer } from './cluster/jsonPatch.ts'
export type { KarpenterNodePool } from './cluster/karpenterNodePool.ts'
export { isPaused, kedaPaused, kedaPausedReplicas, pausedReplicas } from './cluster/kedaPause.ts'
export { kindNames, kinds, type WorkloadKind } from './cluster/kinds.ts'
export { describeKustomization, inventoryIdOf, type Kustomization } from './cluster/kustomization.ts'
export type { LabelExpression, LabelSelector } from './cluster/labelSelector.ts'
export { describeLease, type Lease, watchedAnnotation } from './cluster/lease.ts'
export type { Namespace } from './cluster/namespace.ts'
export type { NamespacedName } from './cluster/namespacedName.ts'
export { agentPoolLabel, type ClusterNode } from './cluster/node.ts'
export type { ObservedEvent } from './cluster/observedEvent.ts'
export { type ContainerState, describePod, type Pod, type PodCondition } from './cluster/pod.ts'
export type { PodDisruptionBudget } from './cluster/podDisruptionBudget.ts'
export {
  describeWorkload,
  type FieldOwner,
  objectRefOf,
  type Workload,
  type WorkloadRef,
} from './cluster/workload.ts'
export { messageOf, messageWithCause, ScalingError, type ScalingErrorCode, scalingErrorCodes } from './errors.ts'
export { eventReasons } from './events.ts'
export { type Heartbeat, heartbeatOf, noLease, readHeartbeats, renewHeartbeat } from './heartbeat/heartbeat.ts'
export { leases, type TimerName, timerNames } from './heartbeat/timers.ts'
export { findWatch, type Gap, type Watch } from './heartbeat/watch.ts'
export { type Blocker, blockerReasons } from './nodes/blocker.ts'
export type { Finding } from './nodes/finding.ts'
export { liftingCommand } from './nodes/liftingCommand.ts'
export { countPods, type NodeInfo } from './nodes/nodeInfo.ts'
export { factsOf } from './nodes/nodePoolFacts.ts'
export type { NodePool } from './nodes/nodePools.ts'
export { whyNeverZero } from './nodes/obstacles.ts'
export type { ProjectNodes } from './nodes/projectNodes.ts'
export { type VerifyRequest, verifyScaledToZero } from './nodes/verify.ts'
export type { Fault, Observation } from './observation.ts'
export { calendarOf, type Interval, type ProjectCalendar } from './project/calendar.ts'
export { type Changed, type ChangeRequest, projectAfter } from './project/exceptions/changeHome.ts'
export { followSchedule } from './project/exceptions/followSchedule.ts'
export { type Kept, keepAsleep, keepAwake } from './project/exceptions/keep.ts'
export { readWritten, type WrittenLines, writeSchedule } from './project/exceptions/scheduleLines.ts'
export { findSkippable, mostSkips, skipTransition } from './project/exceptions/skip.ts'
export { resumeAll, suspendAll } from './project/exceptions/suspendAll.ts'
export {
  exceptionAnnotations,
  exceptionTraceOf,
  suspendAnnotations,
  systemNamespace,
  tracedExceptions,
  writtenExceptions,
} from './project/exceptions.ts'
export { type Entry, exceptionRequests } from './project/history/entry.ts'
export { historyKeys, historyName, withEntry, writeHistory } from './project/history/history.ts'
export { findHistory } from './project/history/keepHistory.ts'
export type { Night, NodeCount } from './project/history/nights.ts'
export { managedLabel, nodeAnnotations, scheduleAnnotations } from './project/keys.ts'
export { faultsOfMatches } from './project/matching.ts'
export { appliedOf, memoryAnnotations, writeMemory } from './project/memory.ts'
export {
  type Project,
  type Resolved,
  resolve,
  resolveProjects,
  type UnusableProject,
} from './project/project.ts'
export { describePutBack, type PutBack } from './project/putBack.ts'
export type { NamespaceMatch, ProjectSettings } from './project/settings.ts'
export { announceSweep } from './project/sweep/announceSweep.ts'
export { type Sweep, type SweepRequest, sweepProject } from './project/sweep/sweep.ts'
export { countResults, describeCounts, failuresOf, type SweepOutcome } from './project/sweep/sweepOutcome.ts'
export { applyDueTransitions } from './project/tick/dueTransitions.ts'
export { applyScheduledScaleUps } from './project/tick/scheduledScaleUps.ts'
export type { TickRequest, TickResult } from './project/tick/tick.ts'
export { type FoundSavings, findSavings, type ProjectSavings } from './savings/findSavings.ts'
export { type NodePrices, priceOf } from './savings/prices.ts'
export { type Savings, savingsOf } from './savings/savings.ts'
export type { Scaling } from './scaling.ts'
export { argoCdSettings } from './status/argoCd.ts'
export { type NodePoolStatus, statusOfNodePools } from './status/nodePoolStatus.ts'
export { type ProjectState, projectStateOf, projectStates } from './status/projectState.ts'
export { type ProjectStatus, statusOfProjects } from './status/projectStatus.ts'
export {
  findAsleepSince,
  type ProjectWorkload,
  type ProjectWorkloads,
  workloadsOfProject,
} from './status/projectWorkloads.ts'
export { type Inspection, inspect, inspectWhenReady, type Patience } from './status/workloadStatus.ts'
export { type Stage, stages } from './waking/progress.ts'
export type { Waking } from './waking/waking.ts'
export { type Result, results } from './workload/decide.ts'
export { type PairOutcome, restore, scaleToZero, scaleUp } from './workload/operations.ts'
export type { Outcome } from './workload/outcome.ts'
export { isKedaActive } from './workload/pair.ts'
export { fieldManager, gitTools } from './workload/patch/fieldManagers.ts'
export { staleTrucePatch } from './workload/patch/patch.ts'
export { maxReplicas } from './workload/record/limits.ts'
export {
  annotationPrefix,
  annotationsOf,
  asleepLabel,
  labelsOf,
  readRecord,
  recordAnnotations,
  type SleepRecord,
} from './workload/record/record.ts'
export { wokenAnnotations } from './workload/record/woken.ts'
export { allowDataLoss } from './workload/refusals/irreversible.ts'
export {
  faultsOfProtection,
  type Protection,
  refuseProtectedNamespace,
} from './workload/refusals/protectedNamespaces.ts'
export { workloadStates, workloadStatusOf } from './workload/status.ts'
