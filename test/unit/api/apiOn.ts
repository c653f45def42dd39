import { type ApiOptions, createApi, type RequestRecord } from '../../../shared/api/index.ts'
import type { AgentPools, Cluster } from '../../../shared/scaling/index.ts'
import { scalingOn } from '../scaling/scalingOn.ts'

/** The API over a cluster, as a host builds it, with the records of its requests. */
export function apiOn(cluster: Cluster, options: Partial<ApiOptions> = {}, agentPools?: AgentPools) {
  const records: RequestRecord[] = []
  const api = createApi({
    scaling: scalingOn(cluster, { agentPools }),
    authentication: { keys: [], trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] },
    projects: [],
    version: '1.2.3',
    requestTimeoutMs: 5000,
    now: () => new Date(),
    elapsed: () => performance.now(),
    newId: () => crypto.randomUUID(),
    draining: new AbortController().signal,
    faults: [],
    guardedByFunctionKey: false,
    readDocsFile: async (file) => Uint8Array.from(Buffer.from(`the file ${file}`)),
    readPageFile: async (file) => Uint8Array.from(Buffer.from(`the file ${file} of the page`)),
    report: (record) => records.push(record()),
    ...options,
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    api.request(`/api/v1/deployments/${path}`, { method: 'POST', body: JSON.stringify(body), headers })
  const status = (deployment: string, headers: Record<string, string> = {}) =>
    api.request(`/api/v1/deployments/${deployment}/status`, { headers })
  return { api, records, post, status }
}
