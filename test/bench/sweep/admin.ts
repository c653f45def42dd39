import { Pool } from 'undici'
import { kubeconfigConnection } from '../../../shared/kubernetes/index.ts'
import { inParallel } from './inParallel.ts'

/** A call of the administrator. No limit of the API server applies to it, so it serves to prepare, never to measure. */
export interface AdminCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  headers?: Record<string, string>
}

export type Admin = Awaited<ReturnType<typeof connectAdmin>>

/** The API server as an administrator sees it, without the code of ours that is measured. */
export async function connectAdmin(kubeconfig: string) {
  const { server, tls } = await kubeconfigConnection(kubeconfig, () => performance.now()).access()
  const pool = new Pool(new URL(server).origin, { connections: 32, allowH2: false, connect: tls })

  async function call<Answer>({ method, path, body, headers }: AdminCall): Promise<Answer> {
    const answer = await pool.request({
      method,
      path,
      headers: {
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300)
      throw new AdminCallFailed(answer.statusCode, `${method} ${path}: ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }

  return {
    server,
    ca: tls.ca,
    call,
    callAll: (calls: AdminCall[]) => inParallel(calls, 32, (one) => call(one)),
    close: () => pool.close(),
  }
}

/** The API server refused a call. */
export class AdminCallFailed extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(`${status}: ${message}`)
    this.status = status
  }
}
