import { type Cluster, describeWorkload, kinds, type Namespace, type WorkloadQuery } from '../scaling/index.ts'
import { awaitObject } from './awaitObject.ts'
import { isAnswer, toScalingError } from './failure.ts'
import { listAll } from './list.ts'
import { autoscalerStatusOf, type StatusConfigMap } from './objects/autoscalerStatus.ts'
import { eventOf } from './objects/event.ts'
import { karpenterNodePoolOf, type NodePoolObject } from './objects/karpenterNodePool.ts'
import { type NodeObject, nodeOf } from './objects/node.ts'
import { type EventObject, observedEventOf } from './objects/observedEvent.ts'
import { type PodObject, podOf } from './objects/pod.ts'
import { type BudgetObject, budgetOf } from './objects/podDisruptionBudget.ts'
import { type WorkloadObject, workloadOf } from './objects/workload.ts'
import type { Verb } from './retry.ts'
import type { Call, Transport } from './transport.ts'

/** Our name in managedFields and Events. */
export const fieldManager = 'aks-scale-to-zero'

interface NamespaceObject {
  metadata: { name: string; uid: string; annotations?: Record<string, string>; labels?: Record<string, string> }
}

/** A Kubernetes cluster behind a transport, as the domain's port describes it. */
export function createCluster(transport: Transport): Cluster {
  return {
    async getWorkload(ref, { signal } = {}) {
      const object = describeWorkload(ref)
      const call = transport.call<WorkloadObject>({ verb: 'get', path: pathOf(ref), signal })
      return workloadOf(ref.kind, await named('get', object, call))
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
      return workloadOf(ref.kind, await named('watch', object, call))
    },

    async listWorkloads({ kind, namespace, labelSelector }, { signal } = {}) {
      const object = namespace === undefined ? `${kind}s` : `${kind}s in ${namespace}`
      const query = labelSelector === undefined ? undefined : { labelSelector }
      const path = pathOf({ kind, namespace })
      const call = listAll<WorkloadObject>(transport, { verb: 'list', path, query, signal })
      // The server knows a custom kind only when it is installed; until then the list is empty.
      const listed = kinds[kind].resource.isCustom ? orIfUnknown(call, []) : call
      const objects = await named('list', object, listed)
      return objects.map((one) => workloadOf(kind, one))
    },

    async patchWorkload(ref, patch, { signal, dryRun } = {}) {
      const object = describeWorkload(ref)
      const body = { contentType: 'application/json-patch+json', value: patch }
      const call = { ...write('patch', dryRun), path: pathOf(ref), body, signal, discard: true }
      await named('patch', object, transport.call(call))
    },

    async listNamespaces({ signal } = {}) {
      const call = listAll<NamespaceObject>(transport, { verb: 'list', path: '/api/v1/namespaces', signal })
      return (await named('list', 'namespaces', call)).map(namespaceOf)
    },

    async findNamespace(name, { signal } = {}) {
      const query = { fieldSelector: `metadata.name=${name}` }
      const call = listAll<NamespaceObject>(transport, { verb: 'list', path: '/api/v1/namespaces', query, signal })
      const [found] = await named('list', `Namespace ${name}`, call)
      return found && namespaceOf(found)
    },

    async annotateNamespace(name, annotations, { signal } = {}) {
      const nulled = Object.entries(annotations).map(([key, value]) => [key, value ?? null])
      const value = { metadata: { annotations: Object.fromEntries(nulled) } }
      const body = { contentType: 'application/merge-patch+json', value }
      const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
      await named('patch', `Namespace ${name}`, transport.call({ ...write('patch'), path, body, signal }))
    },

    async createEvent(event, { signal } = {}) {
      const value = eventOf(event, fieldManager)
      const path = `/api/v1/namespaces/${encodeURIComponent(value.metadata.namespace)}/events`
      const body = { contentType: 'application/json', value }
      const call = transport.call({ ...write('create'), path, body, signal })
      await named('create', `Event in ${value.metadata.namespace}`, call)
    },

    async listEvents({ namespace, kind }, { signal } = {}) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
      const query = { fieldSelector: `involvedObject.kind=${kind}` }
      const call = listAll<EventObject>(transport, { verb: 'list', path, query, signal })
      return (await named('list', `Events in ${namespace}`, call)).map(observedEventOf)
    },

    async listNodes({ signal } = {}) {
      const call = listAll<NodeObject>(transport, { verb: 'list', path: '/api/v1/nodes', signal })
      return (await named('list', 'nodes', call)).map(nodeOf)
    },

    async listPods({ namespace, labelSelector, nodeName }, { signal } = {}) {
      const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
      const query = {
        ...(labelSelector !== undefined && { labelSelector }),
        ...(nodeName !== undefined && { fieldSelector: `spec.nodeName=${nodeName}` }),
      }
      const object = namespace === undefined ? 'Pods' : `Pods in ${namespace}`
      const call = listAll<PodObject>(transport, { verb: 'list', path: `/api/v1${place}/pods`, query, signal })
      return (await named('list', object, call)).map(podOf)
    },

    async listPodDisruptionBudgets({ signal } = {}) {
      const path = '/apis/policy/v1/poddisruptionbudgets'
      const call = listAll<BudgetObject>(transport, { verb: 'list', path, signal })
      return (await named('list', 'PodDisruptionBudgets', call)).map(budgetOf)
    },

    async listKarpenterNodePools({ signal } = {}) {
      const path = '/apis/karpenter.sh/v1/nodepools'
      const call = listAll<NodePoolObject>(transport, { verb: 'list', path, signal })
      return (await named('list', 'NodePools', orIfUnknown(call, []))).map(karpenterNodePoolOf)
    },

    async getAutoscalerStatus({ signal } = {}) {
      const path = '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status'
      const object = 'ConfigMap kube-system/cluster-autoscaler-status'
      const call = transport.call<StatusConfigMap>({ verb: 'get', path, signal })
      const found = await named('get', object, orIfUnknown(call, undefined))
      return found && autoscalerStatusOf(found)
    },

    async ping({ signal } = {}) {
      await named('get', '/version', transport.call({ verb: 'get', path: '/version', signal }))
    },
  }
}

const write = (verb: 'patch' | 'create', dryRun = false): Pick<Call, 'verb' | 'query'> => ({
  verb,
  query: { fieldManager, ...(dryRun && { dryRun: 'All' }) },
})

/** The answer to a call, or a ScalingError that names the object of the call. */
async function named<Answer>(verb: Verb, object: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    throw toScalingError(error, { doing: `${verb} ${object}`, object })
  }
}

/** The answer to a call, or `without` where the server does not know the object. */
async function orIfUnknown<Answer, Without>(call: Promise<Answer>, without: Without): Promise<Answer | Without> {
  try {
    return await call
  } catch (error) {
    if (!isAnswer(error, 404)) throw error
    return without
  }
}

const namespaceOf = ({ metadata }: NamespaceObject): Namespace => ({
  name: metadata.name,
  uid: metadata.uid,
  annotations: metadata.annotations ?? {},
  labels: metadata.labels ?? {},
})

/** The path of one workload; without a name, of all in the namespace; without a namespace, of all in the cluster. */
function pathOf({ kind, namespace, name }: Pick<WorkloadQuery, 'kind' | 'namespace'> & { name?: string }): string {
  const { group, version, plural } = kinds[kind].resource
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `/apis/${group}/${version}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
