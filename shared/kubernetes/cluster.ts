import {
  type CallOptions,
  type Cluster,
  describeWorkload,
  type JsonPatch,
  type Workload,
  type WorkloadEvent,
  type WorkloadQuery,
  type WorkloadRef,
} from '../scaling/index.ts'
import { type Deployment, workloadOfDeployment } from './deployment.ts'
import { eventOf } from './event.ts'
import { toScalingError } from './failure.ts'
import { listAll } from './list.ts'
import type { Call, Transport } from './transport.ts'

/** Names us in managedFields and Events. */
export const fieldManager = 'aks-scale-to-zero'

const writeQuery = { fieldManager }

/** A Kubernetes cluster behind a transport, as the domain wants it. */
export function createCluster(transport: Transport): Cluster {
  async function call<Answer>(request: Call, what: { doing: string; object: string }): Promise<Answer> {
    try {
      return await transport.call<Answer>(request)
    } catch (error) {
      throw toScalingError(error, what)
    }
  }

  return {
    async getWorkload(ref: WorkloadRef, { signal }: CallOptions = {}): Promise<Workload> {
      const object = describeWorkload(ref)
      const request: Call = { verb: 'get', path: deploymentPath(ref), signal }
      return workloadOfDeployment(await call<Deployment>(request, { doing: `get ${object}`, object }))
    },

    async listWorkloads(
      { namespace, labelSelector }: WorkloadQuery,
      { signal }: CallOptions = {},
    ): Promise<Workload[]> {
      const object = namespace === undefined ? 'Deployments' : `Deployments in ${namespace}`
      const query: Record<string, string> = labelSelector === undefined ? {} : { labelSelector }
      const request: Call = { verb: 'list', path: deploymentsPath(namespace), query, signal }
      try {
        return (await listAll<Deployment>(transport, request)).map(workloadOfDeployment)
      } catch (error) {
        throw toScalingError(error, { doing: `list ${object}`, object })
      }
    },

    async patchWorkload(ref: WorkloadRef, patch: JsonPatch, { signal }: CallOptions = {}): Promise<Workload> {
      const object = describeWorkload(ref)
      const body = { contentType: 'application/json-patch+json', value: patch }
      const request: Call = { verb: 'patch', path: deploymentPath(ref), query: writeQuery, body, signal }
      return workloadOfDeployment(await call<Deployment>(request, { doing: `patch ${object}`, object }))
    },

    async createEvent(event: WorkloadEvent, { signal }: CallOptions = {}): Promise<void> {
      const { namespace } = event.workload.ref
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
      const body = { contentType: 'application/json', value: eventOf(event, fieldManager) }
      const object = `Event in ${namespace}`
      await call({ verb: 'create', path, query: writeQuery, body, signal }, { doing: `create ${object}`, object })
    },

    async ping({ signal }: CallOptions = {}): Promise<void> {
      await call({ verb: 'get', path: '/version', signal }, { doing: 'get /version', object: '/version' })
    },
  }
}

const deploymentsPath = (namespace?: string): string =>
  namespace === undefined
    ? '/apis/apps/v1/deployments'
    : `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments`

const deploymentPath = ({ namespace, name }: WorkloadRef): string =>
  `${deploymentsPath(namespace)}/${encodeURIComponent(name)}`
