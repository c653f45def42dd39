import {
  type CallOptions,
  type Cluster,
  describeConfigMap,
  describeKustomization,
  describeLease,
  describeWorkload,
  fieldManager,
  kinds,
  type Namespace,
  type NamespacedName,
  type Workload,
  type WorkloadKind,
  type WorkloadQuery,
} from '../scaling/index.ts'
import { createAwaitObject } from './awaitObject.ts'
import { CallFailed, isAnswer, toScalingError, UnreadableAnswer } from './failure.ts'
import { createLists } from './lists/lists.ts'
import { autoscalerStatusOf, type StatusConfigMap } from './objects/autoscalerStatus.ts'
import { type ConfigMapObject, configMapOf, creatorOf, type ListedConfigMap } from './objects/configMap.ts'
import { eventOf } from './objects/event.ts'
import { karpenterNodePoolOf } from './objects/karpenterNodePool.ts'
import { type KustomizationObject, kustomizationOf } from './objects/kustomization.ts'
import { type LeaseObject, leaseObjectOf, leaseOf } from './objects/lease.ts'
import { nodeOf } from './objects/node.ts'
import { observedEventOf } from './objects/observedEvent.ts'
import { podOf } from './objects/pod.ts'
import { budgetOf } from './objects/podDisruptionBudget.ts'
import { isReadFromMetadata, type WorkloadObject, workloadOf } from './objects/workload.ts'
import type { Verb } from './retry.ts'
import type { Call, Transport } from './transport.ts'

interface NamespaceObject {
  metadata: {
    name: string
    uid: string
    resourceVersion: string
    creationTimestamp: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
  }
}

/**
 * A Kubernetes cluster behind a transport, as the domain's port describes it.
 * @param elapsed milliseconds of a clock that never goes back
 */
export function createCluster(transport: Transport, elapsed: () => number): Cluster {
  const list = createLists(transport, elapsed)
  const awaitObject = createAwaitObject(transport)
  const find = <Answer>({ object, path, signal }: CallOptions & { object: string; path: string }) =>
    named({ verb: 'get', object }, orIfUnknown(transport.call<Answer>({ verb: 'get', path, signal }), undefined))
  return {
    async getWorkload(ref, { signal } = {}) {
      const object = describeWorkload(ref)
      const call = transport.call<WorkloadObject>({ verb: 'get', path: pathOf(ref), signal })
      return await named({ verb: 'get', object }, call.then(readerOf(ref.kind)))
    },

    async awaitWorkload(ref, isReached, patience) {
      const object = describeWorkload(ref)
      const { name, ...place } = ref
      const read = readerOf(ref.kind)
      const call = awaitObject({ list: pathOf(place), name, read, isReached, patience })
      return await named({ verb: 'watch', object }, call)
    },

    listWorkloads({ kind, namespace, labelSelector }, options = {}) {
      const listed = {
        what: `${kind}s`,
        namespace,
        path: pathOf({ kind, namespace }),
        query: labelSelector === undefined ? undefined : { labelSelector },
        accept: isReadFromMetadata(kind) ? metadataOnly : undefined,
        // The server knows a custom kind only when it is installed; until then the list is empty.
        isOptional: kinds[kind].resource.isCustom,
        read: (object: WorkloadObject) => workloadOf(kind, object),
      }
      return list(listed, options)
    },

    async patchWorkload(ref, patch, { signal, dryRun } = {}) {
      const object = describeWorkload(ref)
      const body = { contentType: 'application/json-patch+json', value: patch }
      const call = { ...write('patch', dryRun), path: pathOf(ref), body, signal, discard: true }
      await named({ verb: 'patch', object, dryRun }, transport.call(call))
    },

    listNamespaces: (options = {}) =>
      list({ what: 'namespaces', path: '/api/v1/namespaces', read: namespaceOf }, options),

    async findNamespace(name, { signal } = {}) {
      const query = { fieldSelector: `metadata.name=${name}` }
      const listed = { what: `Namespace ${name}`, path: '/api/v1/namespaces', query, read: namespaceOf }
      const [found] = await list(listed, { signal })
      return found
    },

    async annotateNamespace(name, annotations, { signal, dryRun, resourceVersion } = {}) {
      const nulled = Object.entries(annotations).map(([key, value]) => [key, value ?? null])
      const metadata = { annotations: Object.fromEntries(nulled), ...(resourceVersion && { resourceVersion }) }
      const value = { metadata }
      const body = { contentType: 'application/merge-patch+json', value }
      const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
      await named(
        { verb: 'patch', object: `Namespace ${name}`, dryRun },
        transport.call({ ...write('patch', dryRun), path, body, signal }),
      )
    },

    async createEvent(event, { signal } = {}) {
      const value = eventOf(event, fieldManager)
      const path = `/api/v1/namespaces/${encodeURIComponent(value.metadata.namespace)}/events`
      const body = { contentType: 'application/json', value }
      const call = transport.call({ ...write('create'), path, body, signal })
      await named({ verb: 'create', object: `Event in ${value.metadata.namespace}` }, call)
    },

    listEvents({ namespace, kind }, options = {}) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
      const query = { fieldSelector: `involvedObject.kind=${kind}` }
      return list({ what: 'Events', namespace, path, query, read: observedEventOf }, options)
    },

    listNodes: (options = {}) => list({ what: 'nodes', path: '/api/v1/nodes', read: nodeOf }, options),

    listPods({ namespace, labelSelector, nodeName }, options = {}) {
      const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
      const query = {
        ...(labelSelector !== undefined && { labelSelector }),
        ...(nodeName !== undefined && { fieldSelector: `spec.nodeName=${nodeName}` }),
      }
      return list({ what: 'Pods', namespace, path: `/api/v1${place}/pods`, query, read: podOf }, options)
    },

    listPodDisruptionBudgets(options = {}) {
      const path = '/apis/policy/v1/poddisruptionbudgets'
      return list({ what: 'PodDisruptionBudgets', path, read: budgetOf }, options)
    },

    listKarpenterNodePools(options = {}) {
      const path = '/apis/karpenter.sh/v1/nodepools'
      return list({ what: 'NodePools', path, isOptional: true, read: karpenterNodePoolOf }, options)
    },

    async getAutoscalerStatus({ signal } = {}) {
      const path = '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status'
      const object = 'ConfigMap kube-system/cluster-autoscaler-status'
      const found = await find<StatusConfigMap>({ object, path, signal })
      return found && autoscalerStatusOf(found)
    },

    async getKustomization(ref, { signal } = {}) {
      const place = `namespaces/${encodeURIComponent(ref.namespace)}/kustomizations/${encodeURIComponent(ref.name)}`
      const path = `/apis/kustomize.toolkit.fluxcd.io/v1/${place}`
      const found = await find<KustomizationObject>({ object: describeKustomization(ref), path, signal })
      return found && kustomizationOf(found)
    },

    async getLease(ref, { signal } = {}) {
      const found = await find<LeaseObject>({ object: describeLease(ref), path: leasePathOf(ref), signal })
      return found && leaseOf(found)
    },

    async renewLease(ref, lease, { signal } = {}) {
      const body = { contentType: 'application/merge-patch+json', value: leaseObjectOf(lease) }
      const call = transport.call({ ...write('patch'), path: leasePathOf(ref), body, signal, discard: true })
      await named({ verb: 'patch', object: describeLease(ref) }, call)
    },

    async getConfigMap(ref, { signal } = {}) {
      const found = await find<ConfigMapObject>({ object: describeConfigMap(ref), path: configMapPathOf(ref), signal })
      return found && configMapOf(found)
    },

    listConfigMaps({ name, key }, options = {}) {
      // The one selector for which RBAC allows a list that is limited to a name.
      const query = { fieldSelector: `metadata.name=${name}` }
      const read = (object: ConfigMapObject & ListedConfigMap) => ({
        namespace: object.metadata.namespace,
        text: configMapOf(object).data[key] ?? '',
      })
      return list({ what: `ConfigMaps ${name}`, path: '/api/v1/configmaps', query, read }, options)
    },

    async applyConfigMap(ref, { data, resourceVersion }, { signal } = {}) {
      const metadata = { name: ref.name, namespace: ref.namespace, ...(resourceVersion && { resourceVersion }) }
      const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
      const body = { contentType: 'application/apply-patch+yaml', value }
      // Only the one that creates it may not take over what somebody else has created meanwhile.
      const query: Record<string, string> =
        resourceVersion === undefined ? { fieldManager: creatorOf(data) } : { fieldManager, force: 'true' }
      const call = transport.call({ verb: 'patch', query, path: configMapPathOf(ref), body, signal, discard: true })
      await named({ verb: 'patch', object: describeConfigMap(ref) }, call)
    },

    async ping({ signal } = {}) {
      await named({ verb: 'get', object: '/version' }, transport.call({ verb: 'get', path: '/version', signal }))
    },
  }
}

const leasePathOf = ({ namespace, name }: NamespacedName): string =>
  `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases/${encodeURIComponent(name)}`

const configMapPathOf = ({ namespace, name }: NamespacedName): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-metadata */
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

const write = (verb: 'patch' | 'create', dryRun = false): Pick<Call, 'verb' | 'query'> => ({
  verb,
  query: { fieldManager, ...(dryRun && { dryRun: 'All' }) },
})

/** The answer to a call, or a ScalingError that names the object of the call. */
async function named<Answer>({ verb, object, dryRun }: NamedCall, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    const doing = `${verb} ${object}${dryRun ? ' as a dry run' : ''}`
    throw toScalingError(error, { doing, object, mayBeDone: !dryRun && (verb === 'patch' || verb === 'create') })
  }
}

interface NamedCall {
  verb: Verb
  object: string
  dryRun?: boolean | undefined
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
  resourceVersion: metadata.resourceVersion,
  createdAt: metadata.creationTimestamp,
  annotations: metadata.annotations ?? {},
  labels: metadata.labels ?? {},
})

/** Reads a workload from what the server answered. */
const readerOf =
  (kind: WorkloadKind) =>
  (answer: object): Workload => {
    try {
      const object = answer as WorkloadObject
      if (typeof object.metadata.name !== 'string') throw new TypeError('it has no name')
      return workloadOf(kind, object)
    } catch (cause) {
      const text = JSON.stringify(answer)
      throw new CallFailed({ kind: 'unreadable', error: new UnreadableAnswer(`what is no ${kind}`, { text, cause }) })
    }
  }

/** The path of one workload; without a name, of all in the namespace; without a namespace, of all in the cluster. */
function pathOf({ kind, namespace, name }: Pick<WorkloadQuery, 'kind' | 'namespace'> & { name?: string }): string {
  const { group, version, plural } = kinds[kind].resource
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `/apis/${group}/${version}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
