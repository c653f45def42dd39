import type { KubeObject, Pool } from '../../../dev/cluster/index.ts'
import {
  annotationsOf,
  labelsOf,
  managedLabel,
  memoryAnnotations,
  nodeAnnotations,
  type SleepRecord,
  scheduleAnnotations,
} from '../../../shared/scaling/index.ts'

const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'UTC', 'Australia/Lord_Howe']
const workloadsOfProject = 25

/** A cluster that many projects share, the first of them asleep. Each has 25 workloads and a node pool of its own. */
export function crowd(projects: number, { asleep }: { asleep: number }): { objects: KubeObject[]; pools: Pool[] } {
  const names = Array.from({ length: projects }, (_, index) => `team-${String(index).padStart(3, '0')}-service`)
  return {
    objects: names.flatMap((name, index) => objectsOf(name, { index, isAsleep: index < asleep })) as KubeObject[],
    pools: names.map((name, index) => ({
      name: poolOf(index),
      labels: { 'kubernetes.azure.com/mode': 'user', project: name },
      taints: [],
      capacity: { pods: '110' },
    })),
  }
}

const poolOf = (index: number) => `pool${index}`
const lastScaleUp = '2026-11-26T22:00:00.000Z'
const asleepSince = '2026-11-27T13:00:00.000Z'
const record: SleepRecord = {
  originalReplicas: 1,
  reason: 'the night',
  scaledAt: asleepSince,
  scaledBy: 'schedule',
  scheduledScaleUp: undefined,
  scope: 'project',
}
const marks = JSON.parse(JSON.stringify({ annotations: annotationsOf(record), labels: labelsOf(record) }))

function objectsOf(project: string, { index, isAsleep }: { index: number; isAsleep: boolean }): object[] {
  const schedule = {
    [scheduleAnnotations.scaleDown]: '0 22 * * *',
    [scheduleAnnotations.scaleUp]: '0 7 * * MON-FRI',
    [scheduleAnnotations.timeZone]: zones[index % zones.length],
    [nodeAnnotations.nodePool]: poolOf(index),
    [memoryAnnotations.lastScaleDown]: asleepSince,
    [memoryAnnotations.lastScaleUp]: isAsleep ? lastScaleUp : new Date().toISOString(),
    ...(isAsleep && { [memoryAnnotations.asleepSince]: asleepSince }),
  }
  return [
    {
      kind: 'Namespace',
      metadata: { name: project, labels: { [managedLabel.key]: managedLabel.value }, annotations: schedule },
    },
    ...Array.from({ length: workloadsOfProject }, (_, number) => {
      const labels = { app: `app-${number}` }
      const containers = [{ name: 'main', image: 'registry.example.com/app:1' }]
      return {
        kind: 'Deployment',
        metadata: { name: `app-${number}`, namespace: project, ...(isAsleep && marks) },
        spec: {
          replicas: isAsleep ? 0 : 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { nodeSelector: { project }, containers } },
        },
      }
    }),
  ]
}
