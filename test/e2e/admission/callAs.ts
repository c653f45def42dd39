import { Agent, request } from 'undici'
import type { Connection } from '../../../shared/kubernetes/index.ts'

/** One request to the API server, as somebody with a stolen token would send it. */
export interface Attempt {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  contentType?: string
  body?: unknown
  headers?: Record<string, string>
}

/** The status of the API server's answer, and its sentence when it refuses. */
export interface Answer {
  status: number
  message: string
}

/** Sends attempts with the credentials of one identity. Our own transport cannot even say most of them. */
export function callAs({ access }: Pick<Connection, 'access'>) {
  let dispatcher: Agent | undefined
  return {
    async call({ method, path, contentType = 'application/json', body, headers = {} }: Attempt): Promise<Answer> {
      const { server, tls, authorization = '' } = await access()
      dispatcher ??= new Agent({ connect: { ca: tls.ca } })
      const answer = await request(`${server}${path}`, {
        method,
        headers: { authorization, 'content-type': contentType, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        dispatcher,
      })
      const text = await answer.body.text()
      const isStatus = answer.statusCode >= 400 && text.startsWith('{')
      return { status: answer.statusCode, message: isStatus ? JSON.parse(text).message : '' }
    },
    close: async () => dispatcher?.close(),
  }
}
