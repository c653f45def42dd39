import { type Cluster, describeWorkload, kinds, type Namespace, type WorkloadKind } from '../scaling/index.ts'
import { autoscalerStatusOf, type StatusConfigMap } from './autoscalerStatus.ts'
import { awaitObject } from './awaitObject.ts'
import { eventOf } from './event.ts'
import { CallFailed, toScalingError } from './failure.ts'
import { karpenterNodePoolOf, type NodePoolObject } from './karpenterNodePool.ts'
import { listAll } from './list.ts'
import { type NodeObject, nodeOf } from './node.ts'
import { type EventObject, observedEventOf } from './observedEvent.ts'
import { type PodObject, podOf } from './pod.ts'
import { type BudgetObject, budgetOf } from './podDisruptionBudget.ts'
import type { Call, Transport } from './transport.ts'
import { type WorkloadObject, workloadOf } from './workload.ts'

/** Names us in managedFields and Events. */
export const fieldManager = 'aks-scale-to-zero'

interface NamespaceObject {
  metadata: { name: string; uid: string; annotations?: Record<string, string>; labels?: Record<string, string> }
}

/** A Kubernetes cluster behind a transport, as the domain wants it. */
export function createCluster(transport: Transport): Cluster {
  return {
    async getWorkload(ref, { signal } = {}) {
      const object = describeWorkload(ref)
      const call = transport.call<WorkloadObject>({ verb: 'get', path: pathOf(ref), signal })
      return workloadOf(ref.kind, await named(call, { doing: `get ${object}`, object }))
    },

    async awaitWorkload(ref, isReached, patience) {
      const object = describeWorkload(ref)
      const { name, ...place } = ref
      const call = awaitObject<WorkloadObject>(transport, {
        list: pathOf(place),
        name,
        isReached: (found) => isReached(workloadOf(ref.kind, found)),
        patience,
      })
      return workloadOf(ref.kind, await named(call, { doing: `watch ${object}`, object }))
    },

    async listWorkloads({ kind, namespace, labelSelector }, { signal } = {}) {
      const object = namespace === undefined ? `${kind}s` : `${kind}s in ${namespace}`
      const query = labelSelector === undefined ? undefined : { labelSelector }
      const call = listAll<WorkloadObject>(transport, {
        verb: 'list',
        path: pathOf({ kind, namespace }),
        query,
        signal,
      })
      // The server knows custom kinds only once they are installed; until then there are none.
      const listed = kinds[kind].resource.isCustom ? orIfUnknown(call, []) : call
      const objects = await named(listed, { doing: `list ${object}`, object })
      return objects.map((one) => workloadOf(kind, one))
    },

    async patchWorkload(ref, patch, { signal, dryRun } = {}) {
      const object = describeWorkload(ref)
      const body = { contentType: 'application/json-patch+json', value: patch }
      const call = { ...write('patch', dryRun), path: pathOf(ref), body, signal, discard: true }
      await named(transport.call(call), { doing: `patch ${object}`, object })
    },

    async listNamespaces({ signal } = {}) {
      const call = listAll<NamespaceObject>(transport, { verb: 'list', path: '/api/v1/namespaces', signal })
      return (await named(call, { doing: 'list namespaces', object: 'namespaces' })).map(namespaceOf)
    },

    async annotateNamespace(name, annotations, { signal } = {}) {
      const nulled = Object.entries(annotations).map(([key, value]) => [key, value ?? null])
      const value = { metadata: { annotations: Object.fromEntries(nulled) } }
      const body = { contentType: 'application/merge-patch+json', value }
      const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
      const object = `Namespace ${name}`
      await named(transport.call({ ...write('patch'), path, body, signal }), { doing: `patch ${object}`, object })
    },

    async createEvent(event, { signal } = {}) {
      const value = eventOf(event, fieldManager)
      const path = `/api/v1/namespaces/${encodeURIComponent(value.metadata.namespace)}/events`
      const body = { contentType: 'application/json', value }
      const object = `Event in ${value.metadata.namespace}`
      await named(transport.call({ ...write('create'), path, body, signal }), { doing: `create ${object}`, object })
    },

    async listEvents({ namespace, kind }, { signal } = {}) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
      const query = { fieldSelector: `involvedObject.kind=${kind}` }
      const object = `Events in ${namespace}`
      const call = listAll<EventObject>(transport, { verb: 'list', path, query, signal })
      return (await named(call, { doing: `list ${object}`, object })).map(observedEventOf)
    },

    async listNodes({ signal } = {}) {
      const call = listAll<NodeObject>(transport, { verb: 'list', path: '/api/v1/nodes', signal })
      return (await named(call, { doing: 'list nodes', object: 'nodes' })).map(nodeOf)
    },

    async listPods({ namespace, labelSelector, nodeName }, { signal } = {}) {
      const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
      const query = {
        ...(labelSelector !== undefined && { labelSelector }),
        ...(nodeName !== undefined && { fieldSelector: `spec.nodeName=${nodeName}` }),
      }
      const object = namespace === undefined ? 'Pods' : `Pods in ${namespace}`
      const call = listAll<PodObject>(transport, { verb: 'list', path: `/api/v1${place}/pods`, query, signal })
      return (await named(call, { doing: `list ${object}`, object })).map(podOf)
    },

    async listPodDisruptionBudgets({ signal } = {}) {
      const path = '/apis/policy/v1/poddisruptionbudgets'
      const object = 'PodDisruptionBudgets'
      const call = listAll<BudgetObject>(transport, { verb: 'list', path, signal })
      return (await named(call, { doing: `list ${object}`, object })).map(budgetOf)
    },

    async listKarpenterNodePools({ signal } = {}) {
      const path = '/apis/karpenter.sh/v1/nodepools'
      const object = 'NodePools'
      const call = listAll<NodePoolObject>(transport, { verb: 'list', path, signal })
      return (await named(orIfUnknown(call, []), { doing: `list ${object}`, object })).map(karpenterNodePoolOf)
    },

    async getAutoscalerStatus({ signal } = {}) {
      const path = '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status'
      const object = 'ConfigMap kube-system/cluster-autoscaler-status'
      const call = transport.call<StatusConfigMap>({ verb: 'get', path, signal })
      const found = await named(orIfUnknown(call, undefined), { doing: `get ${object}`, object })
      return found && autoscalerStatusOf(found)
    },

    async ping({ signal } = {}) {
      await named(transport.call({ verb: 'get', path: '/version', signal }), {
        doing: 'get /version',
        object: '/version',
      })
    },
  }
}

const write = (verb: 'patch' | 'create', dryRun = false): Pick<Call, 'verb' | 'query'> => ({
  verb,
  query: { fieldManager, ...(dryRun && { dryRun: 'All' }) },
})

/** The answer to a call, or a ScalingError that names what was called for. */
async function named<Answer>(call: Promise<Answer>, what: { doing: string; object: string }): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    throw toScalingError(error, what)
  }
}

/** The answer to a call, or what stands for it where the server does not know what was asked for. */
async function orIfUnknown<Answer, Without>(call: Promise<Answer>, without: Without): Promise<Answer | Without> {
  try {
    return await call
  } catch (error) {
    if (error instanceof CallFailed && error.failure.kind === 'answer' && error.failure.status === 404) return without
    throw error
  }
}

const namespaceOf = ({ metadata }: NamespaceObject): Namespace => ({
  name: metadata.name,
  uid: metadata.uid,
  annotations: metadata.annotations ?? {},
  labels: metadata.labels ?? {},
})

/** The path of one workload; without a name of all in the namespace, without a namespace of all in the cluster. */
function pathOf({
  kind,
  namespace,
  name,
}: {
  kind: WorkloadKind
  namespace?: string | undefined
  name?: string
}): string {
  const { group, version, plural } = kinds[kind].resource
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `/apis/${group}/${version}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
