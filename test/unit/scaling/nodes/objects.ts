import type {
  AgentPool,
  ClusterNode,
  NodeGroup,
  NodePool,
  Pod,
  PodDisruptionBudget,
  Project,
} from '../../../../shared/scaling/index.ts'
import { defaultAutoscalerProfile } from '../../../../shared/scaling/index.ts'
import type { Surroundings } from '../../../../shared/scaling/nodes/blocker.ts'
import { readMemory } from '../../../../shared/scaling/project/memory.ts'
import { readNodeClaims } from '../../../../shared/scaling/project/nodeClaims.ts'
import { noExceptions, utc } from '../../../../shared/schedule/index.ts'

export const now = new Date('2026-11-22T22:30:00Z')

const metadata = { labels: {}, annotations: {}, uid: 'f1c7e5a0', resourceVersion: '1' }
const createdAt = '2026-11-22T08:00:00Z'

/** A namespace of the cluster. */
export const namespace = (name: string, annotations: Record<string, string> = {}) => ({
  ...metadata,
  createdAt,
  name,
  annotations,
})

/** Project A, put to zero at 22:00. */
export const project = ({ namespaces = [namespace('project-a')], ...changes }: Partial<Project> = {}): Project => ({
  name: 'project-a',
  namespaces,
  home: namespaces[0] ?? namespace('project-a'),
  zone: utc,
  claims: readNodeClaims([], []),
  settings: { name: 'project-a', namespaces: ['project-a'], scaleDown: [], scaleUp: [], timeZone: 'UTC' },
  claimsNodes: false,
  suspensionOfAll: undefined,
  nodePool: 'projecta',
  scaleDown: [],
  scaleUp: [],
  timeZone: 'UTC',
  schedule: undefined,
  exceptions: noExceptions,
  memory: {
    ...readMemory({}),
    lastScaleDown: new Date('2026-11-22T22:00:00Z'),
    asleepSince: new Date('2026-11-22T22:00:01Z'),
  },
  excluded: undefined,
  faults: [],
  ...changes,
})

/** A healthy node of project A's pool, which the cluster autoscaler manages. */
export const node = (changes: Partial<ClusterNode> = {}): ClusterNode => ({
  name: 'aks-projecta-10000000-vmss000000',
  labels: { 'kubernetes.azure.com/agentpool': 'projecta' },
  annotations: {},
  taints: [],
  ready: true,
  readySince: createdAt,
  createdAt,
  ...changes,
})

/** The same node as Karpenter creates it. */
export const karpenterNode = (changes: Partial<ClusterNode> = {}): ClusterNode =>
  node({ labels: { 'karpenter.sh/nodepool': 'projecta' }, ...changes })

/** A running Pod of project A that its ReplicaSet would create again. */
export const pod = (changes: Partial<Pod> = {}): Pod => ({
  ...metadata,
  namespace: 'project-a',
  name: 'x',
  labels: { app: 'x', 'pod-template-hash': '6cf3dba477' },
  nodeName: node().name,
  nodeSelector: {},
  controller: { kind: 'ReplicaSet', name: 'x-6cf3dba477' },
  phase: 'Running',
  restartPolicy: 'Always',
  createdAt,
  deletedAt: undefined,
  localVolumes: [],
  conditions: [],
  containers: [],
  ...changes,
})

/** An agent pool of Azure that may go to zero. */
export const agentPool = (changes: Partial<AgentPool> = {}): AgentPool => ({
  name: 'projecta',
  mode: 'User',
  count: 1,
  minCount: 0,
  maxCount: 3,
  autoscaling: true,
  provisioningState: 'Succeeded',
  powerState: 'Running',
  vmSize: 'Standard_D4s_v5',
  ...changes,
})

/** The same pool as the cluster autoscaler sees it. */
export const group = (changes: Partial<NodeGroup> = {}): NodeGroup => ({
  name: 'aks-projecta-10000000-vmss',
  health: 'Healthy',
  minSize: 0,
  maxSize: 3,
  scaleUp: 'NoActivity',
  backoff: undefined,
  candidates: 0,
  ...changes,
})

/** A pool that may go to zero according to Azure. */
export const pool = (changes: Partial<NodePool> = {}): NodePool => ({
  name: 'projecta',
  azure: agentPool(),
  karpenter: undefined,
  group: undefined,
  nodes: [node()],
  ...changes,
})

/** The same pool as Karpenter has it. */
export const karpenterPool = (changes: Partial<NonNullable<NodePool['karpenter']>> = {}): NodePool =>
  pool({
    azure: undefined,
    karpenter: {
      name: 'projecta',
      consolidationPolicy: 'WhenEmptyOrUnderutilized',
      consolidateAfter: '30s',
      replicas: undefined,
      isFrozen: false,
      ...changes,
    },
    nodes: [karpenterNode()],
  })

/** A budget for every Pod of the namespace. */
export const budget = (changes: Partial<PodDisruptionBudget> = {}): PodDisruptionBudget => ({
  namespace: 'project-a',
  name: 'x',
  selector: {},
  disruptionsAllowed: 0,
  ...changes,
})

/** The surroundings of a node half an hour after project A was put to zero. */
export const surroundings = (changes: Partial<Surroundings> = {}): Surroundings => ({
  now,
  project: project(),
  workloads: [],
  neighbours: [project(), project({ name: 'team-b', namespaces: [namespace('project-b')] })],
  budgets: [],
  profile: defaultAutoscalerProfile,
  ...changes,
})
