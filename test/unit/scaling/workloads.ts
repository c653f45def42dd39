import type { SleepRecord, Workload } from '../../../shared/scaling/index.ts'
import { annotationsOf, labelsOf } from '../../../shared/scaling/workload/record/record.ts'

/** A healthy Deployment of two replicas, with the changes that a test needs. */
export const workload = (changes: Partial<Workload> = {}): Workload => ({
  ref: { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' },
  uid: 'f1c7e5a0',
  annotations: { 'deployment.kubernetes.io/revision': '1' },
  labels: { app: 'a' },
  controlledBy: undefined,
  podSelector: 'app=a',
  claimRetention: undefined,
  nodeSelector: {},
  scaleTarget: undefined,
  desiredReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
  observed: true,
  isApplied: false,
  kustomization: undefined,
  helmRelease: undefined,
  argoApplication: undefined,
  ownEntries: [],
  replicasChangedAt: '2026-11-01T00:00:00Z',
  replicasOwner: undefined,
  ...changes,
})

/** The record of two replicas that alice put to sleep by name, with the changes that a test needs. */
export const sleepRecord = (changes: Partial<SleepRecord> = {}): SleepRecord => ({
  originalReplicas: 2,
  reason: 'nightly',
  scaledAt: '2026-11-23T13:00:00.000Z',
  scaledBy: 'alice',
  scheduledScaleUp: undefined,
  scope: 'workload',
  ...changes,
})

/** The annotations and labels of a workload that sleeps with this record. */
export const carriedWith = (record: SleepRecord) => ({
  annotations: present(annotationsOf(record)),
  labels: present(labelsOf(record)),
})

/** The map without its undefined values. */
export const present = (map: Record<string, string | undefined>): Record<string, string> =>
  JSON.parse(JSON.stringify(map))
