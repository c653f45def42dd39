import {
  agentPoolLabel,
  type Entry,
  historyName,
  memoryAnnotations,
  type Night,
  withEntry,
  writeHistory,
} from '../../shared/scaling/index.ts'

/** A text that would be a picture, a script and a link, and change the title, if anything took it for markup. */
export const markup = `"><img src=x onerror="document.title=1"><script>document.title=1</script><a href=javascript:1>b</a>`

/** The name of a project whose every text is markup, as far as Kubernetes takes it. */
export const hostile = 'hostile'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const nodeOf = (index: number) => `aks-${hostile}-10000000-vmss00000${index}`

const node = (index: number) => ({
  ...{ kind: 'Node', metadata: { name: nodeOf(index), labels: { [agentPoolLabel]: hostile } } },
  spec: { taints: [] },
})

const containers = [{ name: 'main', image: 'registry.example.com/app:1' }]

/** Somebody has left it on the node, with the longest name that there is. */
const bare = {
  ...{ kind: 'Pod', metadata: { name: 'x'.repeat(253), namespace: hostile } },
  spec: { nodeName: nodeOf(0), containers },
}

/** It stays awake, as an annotation of it cannot be understood, and so it holds the node. */
const leftOut = {
  kind: 'Deployment',
  metadata: { name: 'left-out', namespace: hostile, annotations: { 'aks-scale-to-zero/exclude': markup } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'left-out' } },
    template: { metadata: { labels: { app: 'left-out' } }, spec: { nodeName: nodeOf(0), containers } },
  },
}

/** The autoscaler's words about the node that nothing holds: Azure's own are among them. */
const autoscalerStatus = {
  kind: 'ConfigMap',
  metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' },
  data: {
    status: JSON.stringify({
      nodeGroups: [
        {
          name: `aks-${hostile}-10000000-vmss`,
          health: { status: markup },
          scaleUp: { status: 'Backoff', backoffInfo: { errorCode: markup, errorMessage: markup } },
          scaleDown: { candidates: 0 },
        },
      ],
    }),
  },
}

/** An entry of each kind, each of whose texts is markup. */
function history(now: Date): object {
  const texts = [markup]
  const swept = { by: markup, reason: markup, results: { changed: 3, failed: 1 }, failures: texts }
  const entries = [
    { what: 'scale-down', ...swept },
    { what: 'scale-up', ...swept },
    { what: 'nodes-gone', minutes: 11 },
    { what: 'nodes-held', minutes: 30, nodes: 2, blockers: texts },
    { what: 'nodes-back', transition: now, minutes: 4 },
    { what: 'ready', transition: now, minutes: 9 },
    { what: 'put-back', minutes: 3, by: markup, sentences: texts },
    { what: 'enforced', workloads: 1, by: markup, sentences: texts },
    { what: 'exception', request: 'keep-awake', by: markup, reason: markup, message: markup },
    { what: 'fault', key: markup, message: markup },
  ].map((entry, index) => ({ ...entry, at: new Date(now.getTime() - (index + 20) * minuteMs) }) as Entry)
  const ago = (hours: number) => new Date(now.getTime() - hours * hourMs)
  // Nobody has seen its nodes back, so the hours since are unknown.
  const seen = { scaleDown: ago(30), gone: ago(29), woken: ago(20) }
  const night: Night = { ...seen, nodes: [{ pool: markup, size: markup, count: 2 }] }
  const data = writeHistory(entries.reduce(withEntry, { entries: [], asleep: new Map(), nights: [night] }))
  return { kind: 'ConfigMap', metadata: { name: historyName, namespace: hostile }, data }
}

/** The objects of that project, which is asleep and whose nodes stay. */
export function hostileObjects(now: Date): object[] {
  const asleepSince = new Date(now.getTime() - hourMs).toISOString()
  const tomorrow = new Date(now.getTime() + 24 * hourMs).toISOString().slice(0, 10)
  const annotations = {
    [memoryAnnotations.lastScaleDown]: asleepSince,
    [memoryAnnotations.asleepSince]: asleepSince,
    'aks-scale-to-zero/days-off': `${tomorrow} ${markup}`,
  }
  return [
    { kind: 'Namespace', metadata: { name: hostile, annotations } },
    ...[node(0), node(1), bare, leftOut, autoscalerStatus, history(now)],
  ]
}

/** The setting of that project. */
export const hostileProject = { name: hostile, nodePool: hostile, scaleDown: '0 22 * * *', scaleUp: '0 7 * * *' }

/** An Event in which the cluster autoscaler says by markup why a Pod gets no node. */
export function refusalOf(pod: { namespace: string; name: string; uid: string }, now: Date): object {
  const time = now.toISOString()
  return {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: `${pod.name}.hostile` } },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', ...pod },
    ...{ type: 'Normal', reason: 'NotTriggerScaleUp', message: markup, source: { component: 'cluster-autoscaler' } },
    ...{ firstTimestamp: time, lastTimestamp: time, count: 1 },
  }
}
