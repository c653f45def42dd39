import { waitFor } from '../../waitFor.ts'
import type { TestNamespace } from '../namespace.ts'

/** The API in one of its hosts, on one cluster. */
export interface Subject {
  url: string
  /** The headers that let a request in. */
  headers: Record<string, string>
  /** The actor that such a request is recorded with. */
  actor: string
  /** The guard that refuses a request without a key: the Functions host, with an empty body, or the API. */
  guard: 'host' | 'api'
  /** Whether the host has an identity in Azure; Azure then has the node pools of the samples. */
  azure: boolean
  /** An administrator's kubeconfig, as text. */
  kubeconfig: string
  stop(): Promise<unknown>
}

/** The body of an answer. */
export type Body = Record<string, unknown> & {
  message: string
  result?: string
  deployment: Record<string, unknown>
  details?: { path: string; message: string }[]
}

/** What a test asks of the API, and the namespace of its Deployments. */
export type TestedApi = ReturnType<typeof testedApi>

/** @param found what the tests run on; it is there once the first of them begins */
export function testedApi(found: () => { subject: Subject; kubernetes: TestNamespace }) {
  const call = async (path: string, init: RequestInit = {}) => {
    const { url, headers } = found().subject
    const response = await fetch(url + path, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parse(text) }
  }
  const pathOf = (deployment: string, action: string) =>
    `/api/v1/deployments/${found().kubernetes.namespace}/${deployment}/${action}`
  const post = (deployment: string, action: string, body: unknown) =>
    call(pathOf(deployment, action), { method: 'POST', body: JSON.stringify(body) })
  const status = (deployment: string) => call(pathOf(deployment, 'status'))
  const statusWhen = (deployment: string, state: string) =>
    waitFor({
      what: `${deployment} is ${state}`,
      look: async () => (await status(deployment)).body.deployment,
      until: (shown) => shown.status === state,
    })
  return {
    get subject() {
      return found().subject
    },
    get kubernetes() {
      return found().kubernetes
    },
    call,
    pathOf,
    post,
    sleep: (deployment: string, more: object = {}) => post(deployment, 'scale-to-zero', { reason: 'nightly', ...more }),
    status,
    wait: (deployment: string, timeout = 60) => call(`${pathOf(deployment, 'status')}?wait=ready&timeout=${timeout}`),
    statusWhen,
    async deployRunning(replicas = 2, annotations: Record<string, string> = {}) {
      const deployment = await found().kubernetes.deploy({ replicas, annotations })
      await statusWhen(deployment, 'active')
      return deployment
    },
  }
}

function parse(text: string): Body {
  try {
    return JSON.parse(text)
  } catch {
    return {} as Body
  }
}
