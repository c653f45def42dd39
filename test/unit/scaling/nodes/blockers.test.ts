import { describe, expect, test } from '@jest/globals'
import type { Pod, Workload } from '../../../../shared/scaling/index.ts'
import type { Surroundings } from '../../../../shared/scaling/nodes/blocker.ts'
import { blockersOf } from '../../../../shared/scaling/nodes/blockersOf.ts'
import { carriedWith, sleepRecord, workload } from '../workloads.ts'
import { agentPool, budget, group, namespace, node, now, pod, pool, project, surroundings } from './objects.ts'

const safe = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
const systemPod = { namespace: 'kube-system', name: 'metrics-server' }
const asksForAll = {
  controller: undefined,
  annotations: { [safe]: 'false' },
  localVolumes: ['data'],
}

/** The blockers of a node because of one Pod, as `reason: message`. */
function blockers(of: Partial<Pod>, changes: Partial<Surroundings> = {}): string[] {
  const found = blockersOf({ node: node(), pods: [pod(of)], pool: pool() }, surroundings(changes))
  return found.map(({ reason, message }) => `${reason}: ${message}`)
}
const skipsLocalStorage = { profile: { ...surroundings().profile, skipNodesWithLocalStorage: true } }

describe('a Pod that never holds a node', () => {
  test.each<[string, Partial<Pod>]>([
    ['a mirror Pod', { ...asksForAll, annotations: { [safe]: 'false', 'kubernetes.io/config.mirror': 'x' } }],
    ['a mirror Pod, owned by its node', { ...asksForAll, controller: { kind: 'Node', name: 'x' } }],
    ['a Pod past its grace and 30 seconds', { ...asksForAll, deletedAt: '2026-11-22T22:29:29Z' }],
    ['a Pod of a DaemonSet', { ...asksForAll, controller: { kind: 'DaemonSet', name: 'x' } }],
    ['a Pod that failed', { ...asksForAll, phase: 'Failed' }],
    ['a Pod that is done and never restarted', { ...asksForAll, phase: 'Succeeded', restartPolicy: 'Never' }],
    ['a Pod that is done and restarted on failure', { ...asksForAll, phase: 'Succeeded', restartPolicy: 'OnFailure' }],
  ])('is %s', (_what, of) => expect(blockers(of, { budgets: [budget()], ...skipsLocalStorage })).toEqual([]))
})

test('a reader who is limited to projects is told that Pods of others hold a node, and nothing about them', () => {
  const others = [
    pod({ namespace: 'secret-plan', name: 'launch-1' }),
    pod({ namespace: 'secret-plan', name: 'launch-2' }),
    pod({ ...systemPod }),
    pod({ namespace: 'secret-plan', name: 'bare', controller: undefined }),
  ]
  const limited = surroundings({ onlyOfProjects: true })
  const found = blockersOf({ node: node(), pods: [...others, pod({ controller: undefined })], pool: pool() }, limited)
  const hidden = {
    message: 'A Pod of another project is on this node: ask whoever operates the cluster to look at it',
    object: { kind: 'Pod', name: 'of another project' },
  }
  expect(found).toEqual([
    { reason: 'ForeignPod', ...hidden },
    { reason: 'UnmovableKubeSystemPod', ...hidden },
    { reason: 'NotReplicated', ...hidden },
    expect.objectContaining({ reason: 'NotReplicated', object: { kind: 'Pod', namespace: 'project-a', name: 'x' } }),
  ])
})

describe('a Pod that holds a node', () => {
  test.each<[string, Partial<Pod>, Partial<Surroundings>, string]>([
    ['is bare', { controller: undefined }, {}, 'NotReplicated: Pod project-a/x has no controller'],
    [
      'is a Pod of the cluster',
      systemPod,
      {},
      "UnmovableKubeSystemPod: Pod kube-system/metrics-server is one of the cluster's",
    ],
    [
      'is not safe to evict',
      { annotations: { [safe]: 'false' } },
      {},
      `NotSafeToEvictAnnotation: Pod project-a/x is annotated ${safe}: "false"`,
    ],
    [
      'has local storage',
      { localVolumes: ['a', 'b'] },
      skipsLocalStorage,
      'LocalStorageRequested: Pod project-a/x keeps data on the node, in a, b',
    ],
    [
      'has a budget that allows nothing',
      {},
      { budgets: [budget()] },
      'NotEnoughPdb: Pod project-a/x may not be evicted, as PodDisruptionBudget project-a/x allows no',
    ],
    [
      'has two budgets, so Kubernetes never evicts it',
      {},
      { budgets: [budget({ disruptionsAllowed: 1 }), budget({ name: 'y', disruptionsAllowed: 1 })] },
      'NotEnoughPdb: Pod project-a/x may not be evicted, as two PodDisruptionBudgets select it, x and y',
    ],
    [
      'is ending within its grace',
      { deletedAt: '2026-11-22T22:30:20Z' },
      {},
      'PodTerminating: Pod project-a/x is ending, which may take until 2026-11-22T22:30:20Z',
    ],
    [
      'belongs to a Job',
      { controller: { kind: 'Job', name: 'once' } },
      {},
      'NoPlaceToMovePods: Pod project-a/x belongs to Job once, which runs to its end',
    ],
    [
      'belongs to a kind that does not sleep',
      { controller: { kind: 'Kafka', name: 'k' } },
      {},
      'NoPlaceToMovePods: Pod project-a/x still runs, and it has to fit on a node of another pool before this one goes: put Kafka k to zero',
    ],
    [
      'belongs to another project',
      { namespace: 'project-b' },
      {},
      'ForeignPod: Pod project-b/x belongs to project team-b, not to project project-a',
    ],
    [
      'is in a namespace of no project',
      { namespace: 'tools' },
      {},
      'ForeignPod: Pod tools/x belongs to namespace tools, not to project project-a',
    ],
    [
      'is a Pod of the cluster, with a budget that lets it move',
      systemPod,
      { budgets: [budget({ namespace: 'kube-system', disruptionsAllowed: 1 })] },
      'ForeignPod: Pod kube-system/metrics-server',
    ],
  ])('because it %s', (_what, of, changes, said) => {
    expect(blockers(of, changes)).toEqual([expect.stringContaining(said)])
  })

  test.each<[string, Partial<Pod>, Partial<Surroundings>, string]>([
    ['no controller before Pod of the cluster', { ...systemPod, controller: undefined }, {}, 'NotReplicated'],
    [
      'Pod of the cluster before not safe to evict',
      { ...systemPod, annotations: { [safe]: 'false' } },
      {},
      'UnmovableKubeSystemPod',
    ],
    [
      'not safe to evict before local storage',
      { annotations: { [safe]: 'false' }, localVolumes: ['a'] },
      skipsLocalStorage,
      'NotSafeToEvictAnnotation',
    ],
    [
      'local storage before a budget',
      { localVolumes: ['a'] },
      { ...skipsLocalStorage, budgets: [budget()] },
      'LocalStorageRequested',
    ],
    [
      'a budget before the rules of our own',
      { namespace: 'project-b' },
      { budgets: [budget({ namespace: 'project-b' })] },
      'NotEnoughPdb',
    ],
  ])('is reported with the first reason only: %s', (_what, of, changes, reason) => {
    expect(blockers(of, changes)).toEqual([expect.stringMatching(`^${reason}:`)])
  })
})

describe('a reason', () => {
  test.each<[string, Partial<Pod>, Partial<Surroundings>]>([
    ['safe-to-evict on a bare Pod', { controller: undefined, annotations: { [safe]: 'true' } }, {}],
    ['safe-to-evict on a Pod of the cluster', { ...systemPod, annotations: { [safe]: 'true' } }, {}],
    [
      'safe-to-evict on a Pod with local storage',
      { localVolumes: ['a'], annotations: { [safe]: 'true' } },
      skipsLocalStorage,
    ],
    ['skip-nodes-with-local-storage false, the default of AKS', { localVolumes: ['a'] }, {}],
    [
      'skip-nodes-with-system-pods false',
      systemPod,
      { profile: { ...surroundings().profile, skipNodesWithSystemPods: false } },
    ],
    [
      'safe-to-evict-local-volumes with all volumes',
      { localVolumes: ['a', 'b'], annotations: { [`${safe}-local-volumes`]: 'a, b' } },
      skipsLocalStorage,
    ],
    ['a budget that allows one', {}, { budgets: [budget({ disruptionsAllowed: 1 })] }],
    ['a budget without a selector', {}, { budgets: [budget({ selector: undefined })] }],
    ['a budget that selects other Pods', {}, { budgets: [budget({ selector: { matchLabels: { app: 'y' } } })] }],
    ['a budget in another namespace', {}, { budgets: [budget({ namespace: 'project-b' })] }],
  ])('is lifted by %s; then the Pod has to fit elsewhere', (_what, of, changes) => {
    expect(blockers(of, changes)).toEqual([expect.stringMatching(/^(NoPlaceToMovePods|ForeignPod):/)])
  })

  test('that is a budget is not lifted by safe-to-evict: the eviction obeys the budget all the same', () => {
    const of = { annotations: { [safe]: 'true' } }
    expect(blockers(of, { budgets: [budget()] })).toEqual([expect.stringMatching(/^NotEnoughPdb:/)])
  })

  test('is not lifted by safe-to-evict-local-volumes with only some volumes', () => {
    const of = { localVolumes: ['a', 'b'], annotations: { [`${safe}-local-volumes`]: 'a' } }
    expect(blockers(of, skipsLocalStorage)).toEqual([expect.stringContaining('keeps data on the node, in b')])
  })
})

describe('a workload of the project that is awake', () => {
  const x = (changes: Partial<Workload> = {}) =>
    workload({ ref: { kind: 'Deployment', namespace: 'project-a', name: 'x' }, ...changes })
  const excludes = { 'aks-scale-to-zero/exclude': 'true' }
  const wokenBy = (by: string, at: string) => ({ 'aks-scale-to-zero/woken-by': by, 'aks-scale-to-zero/woken-at': at })
  const owner = (manager: string) => ({ manager, operation: 'Apply', subresource: undefined, at: undefined }) as const

  test.each<[string, Workload, Partial<Surroundings>, string]>([
    ['it is excluded', x({ annotations: excludes }), {}, 'it is left out, as its aks-scale-to-zero/exclude is "true"'],
    [
      'its namespace is excluded',
      x(),
      { project: project({ namespaces: [namespace('project-a', excludes)] }) },
      'namespace project-a is left out',
    ],
    ['a controller would set it back', x({ controlledBy: 'Kafka my-kafka' }), {}, 'it is managed by Kafka my-kafka'],
    [
      'it was woken since, and Kubernetes keeps no trace of who did it',
      x({ replicasChangedAt: '2026-11-22T22:10:00Z', replicasOwner: undefined }),
      {},
      'somebody woke it at 2026-11-22T22:10:00Z, after the scale-down; put it to zero when it is not needed',
    ],
    [
      'it was woken by this service, whose trace says for whom',
      x({ replicasChangedAt: '2026-11-22T22:10:00Z', annotations: wokenBy('alice', '2026-11-22T22:10:00Z') }),
      {},
      '"alice" woke it by this service at 2026-11-22T22:10:00.000Z; put it to zero when it is not needed',
    ],
    [
      'it was woken by a tool, and the trace on it is of an earlier night',
      x({
        replicasChangedAt: '2026-11-22T22:10:00Z',
        replicasOwner: owner('argocd-controller'),
        annotations: wokenBy('alice', '2026-11-21T22:10:00Z'),
      }),
      {},
      'somebody woke it after the scale-down, and its replicas were set at 2026-11-22T22:10:00Z by ' +
        'Argo CD ("argocd-controller"); put it to zero when it is not needed',
    ],
    [
      'it was woken by this service, and a tool has removed the trace',
      x({ replicasChangedAt: '2026-11-22T22:10:00Z', replicasOwner: owner('aks-scale-to-zero') }),
      {},
      'somebody woke it after the scale-down, and its replicas were set at 2026-11-22T22:10:00Z by this service;',
    ],
    [
      'it was woken without a timestamp, and our record is still there',
      x(carriedWith(sleepRecord())),
      {},
      'somebody woke it after the scale-down; put it to zero when it is not needed',
    ],
    ['nobody has put it to zero', x(), {}, 'no scale-down has put it to zero; put it to zero by name or with'],
  ])('is named with the reason: %s', (_what, awake, changes, why) => {
    expect(blockers({}, { workloads: [awake], ...changes })).toEqual([
      expect.stringContaining(`WorkloadAwake: Deployment project-a/x is awake and runs here: ${why}`),
    ])
  })

  test.each<[string, Workload['annotations'], string]>([
    ['nobody has put it to zero', {}, 'no scale-down has put it to zero; put it to zero with its project'],
    ['it is excluded', excludes, 'it is left out, as its aks-scale-to-zero/exclude is "true"; remove the annotation'],
  ])('is not to be put to zero by name when it is not a Deployment: %s', (_what, annotations, why) => {
    const awake = x({ ref: { kind: 'StatefulSet', namespace: 'project-a', name: 'x' }, annotations })
    expect(blockers({ controller: { kind: 'StatefulSet', name: 'x' } }, { workloads: [awake] })).toEqual([
      `WorkloadAwake: StatefulSet project-a/x is awake and runs here: ${why}`,
    ])
  })

  test('is named once, however many Pods it has', () => {
    const pods = [pod({ name: 'x-1' }), pod({ name: 'x-2' })]
    const found = blockersOf({ node: node(), pods, pool: pool() }, surroundings({ workloads: [x()] }))
    expect(found.map(({ reason, object }) => [reason, object])).toEqual([
      ['WorkloadAwake', { kind: 'Deployment', namespace: 'project-a', name: 'x' }],
    ])
  })

  test.each<[Workload['ref']['kind'], Pod['controller'], string]>([
    ['StatefulSet', { kind: 'StatefulSet', name: 'x' }, 'WorkloadAwake'],
    ['CronJob', { kind: 'Job', name: 'x-29398050' }, 'WorkloadAwake'],
    ['ScaledJob', { kind: 'Job', name: 'x-7k2p9' }, 'WorkloadAwake'],
    ['Deployment', { kind: 'ReplicaSet', name: 'x-other-6cf3dba477' }, 'NoPlaceToMovePods'],
    ['CronJob', { kind: 'Job', name: 'x' }, 'NoPlaceToMovePods'],
  ])('is found from its Pods: %s, %o', (kind, controller, reason) => {
    const workloads = [x({ ref: { kind, namespace: 'project-a', name: 'x' } })]
    expect(blockers({ controller }, { workloads })).toEqual([expect.stringMatching(`^${reason}:`)])
  })

  test('is not reported when it sleeps: its Pods are about to end, and a Job runs to its end', () => {
    expect(blockers({}, { workloads: [x({ desiredReplicas: 0 })] })).toEqual([
      expect.stringMatching(/^PodTerminating:/),
    ])
    const asleep = x({ ref: { kind: 'CronJob', namespace: 'project-a', name: 'x' }, desiredReplicas: 0 })
    const controller = { kind: 'Job', name: 'x-29398050' }
    expect(blockers({ controller }, { workloads: [asleep] })).toEqual([
      expect.stringMatching(/^NoPlaceToMovePods: .*runs to its end/),
    ])
  })
})

describe('a node by itself', () => {
  const disabled = { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true' }
  test.each<[string, Parameters<typeof node>[0], Parameters<typeof pool>[0], string[]]>([
    ['is annotated', { annotations: disabled }, {}, ['ScaleDownDisabledAnnotation']],
    ['is in a pool without an autoscaler', {}, { azure: agentPool({ autoscaling: false }) }, ['NotAutoscaled']],
    ['is within the minimum of its pool', {}, { azure: agentPool({ minCount: 1 }) }, ['NodeGroupMinSizeReached']],
    [
      'is beyond the minimum of its pool',
      {},
      { azure: agentPool({ minCount: 1 }), nodes: [node(), node({ name: 'b' })] },
      [],
    ],
    ['is free to go', {}, {}, []],
    ['is in a pool that nobody knows', {}, { azure: undefined }, []],
    [
      'is being removed',
      { annotations: disabled, taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
      {},
      [],
    ],
  ])('that %s', (_what, ofNode, ofPool, reasons) => {
    const found = blockersOf({ node: node(ofNode), pods: [], pool: pool(ofPool) }, surroundings())
    expect(found.map(({ reason }) => reason)).toEqual(reasons)
  })

  test("without Azure is judged by the autoscaler's minimum", () => {
    const least = pool({ azure: undefined, group: group({ minSize: 1 }) })
    const found = blockersOf({ node: node(), pods: [], pool: least }, surroundings())
    expect(found.map(({ reason }) => reason)).toEqual(['NodeGroupMinSizeReached'])
  })

  test('has its own reasons first, then those of each Pod', () => {
    const pods = [pod({ controller: undefined }), pod({ name: 'y', namespace: 'project-b' })]
    const found = blockersOf({ node: node({ annotations: disabled }), pods, pool: pool() }, surroundings({ now }))
    expect(found.map(({ reason, object }) => `${reason} ${object.kind} ${object.name}`)).toEqual([
      'ScaleDownDisabledAnnotation Node aks-projecta-10000000-vmss000000',
      'NotReplicated Pod x',
      'ForeignPod Pod y',
    ])
  })
})
