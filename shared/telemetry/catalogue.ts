/**
 * Everything that is told to Application Insights, with its fields. Alerts, workbooks and docs/telemetry.md are made from
 * these names, so they are the product's public format.
 */

/** The fields of events and metrics. A number is a measurement, everything else a property. */
export const telemetryFields = {
  project: 'text',
  namespace: 'text',
  kind: 'text',
  workload: 'text',
  replicas_before: 'number',
  replicas_after: 'number',
  actor: 'text',
  reason: 'text',
  action: 'text',
  minutes: 'number',
  nodes: 'number',
  blockers: 'text',
  key: 'text',
  function: 'text',
  duration: 'number',
  changed: 'number',
  failed: 'number',
  dry_run: 'flag',
} as const satisfies Record<string, 'text' | 'number' | 'flag'>

export type TelemetryField = keyof typeof telemetryFields

const scaled = [
  'project',
  'namespace',
  'kind',
  'workload',
  'replicas_before',
  'replicas_after',
  'actor',
  'reason',
] as const

/** The events, with the fields that each may have. */
export const telemetryEvents = {
  ScaleToZero: scaled,
  ScaleUp: scaled,
  NodesGone: ['project', 'minutes'],
  NodesBack: ['project', 'minutes'],
  Ready: ['project', 'minutes'],
  NodesHeld: ['project', 'minutes', 'nodes', 'blockers'],
  PutBack: ['project', 'minutes', 'actor', 'reason'],
  SweepFailed: ['project', 'action', 'failed', 'reason'],
  Fault: ['project', 'key', 'reason'],
  Tick: ['function', 'duration', 'changed', 'failed', 'dry_run'],
} as const satisfies Record<string, readonly TelemetryField[]>

/** The metrics, with the fields by which each can be split. */
export const telemetryMetrics = {
  workloads_asleep: [],
  nodes_of_sleeping_projects: ['project'],
  sweep_duration: ['project', 'action'],
} as const satisfies Record<string, readonly TelemetryField[]>

export type TelemetryEvent = keyof typeof telemetryEvents
export type TelemetryMetric = keyof typeof telemetryMetrics

interface Values {
  text: string
  number: number
  flag: boolean
}

/** A value for each of these fields; undefined where it does not apply. */
export type FieldsOf<Names extends readonly TelemetryField[]> = {
  [Name in Names[number]]: Values[(typeof telemetryFields)[Name]] | undefined
}
