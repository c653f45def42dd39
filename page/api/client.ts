import type { ErrorBody } from './answers.ts'
import { headersOf, type Keys } from './keys.ts'

/** Why a request has no answer that can be shown. */
export type Problem =
  /** A key is missing or wrong: that of the Functions host, or that of this API. */
  | { kind: 'key'; wanted: keyof Keys; message?: string }
  /** No answer came, or one of something in between. */
  | { kind: 'away' }
  /** The API has refused it, and says why. */
  | { kind: 'refused'; body: ErrorBody }

/** A request that failed. */
export class RequestFailed extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.kind === 'refused' ? problem.body.message : problem.kind)
    this.problem = problem
  }
}

/** The API as the page calls it. Paths are relative, so that it works behind a prefix. */
export interface Client {
  /** Begins a reading, of which the next `get` of the path takes the answer. */
  begin(path: string): void
  /** @throws RequestFailed */
  get<Answer>(path: string): Promise<Answer>
  /** @throws RequestFailed */
  post<Answer>(path: string, body: object): Promise<Answer>
  /** The time of the host, however wrong the clock of this machine is. */
  now(): number
}

/** What the client is built from; `fetch` is the browser's. */
export interface Wire {
  fetch(path: string, init: RequestInit): Promise<Response>
  keys(): Keys
  /** The clock of this machine. */
  clock(): number
}

const longestMs = 30_000
// A sweep of a large project takes minutes.
const longestWriteMs = 230_000

/** Calls the API. What has not changed since it was last read is not sent again. */
export function createClient({ fetch, keys, clock }: Wire): Client {
  const known = new Map<string, { etag: string; answer: unknown }>()
  const begun = new Map<string, Promise<unknown>>()
  let aheadMs = 0

  async function send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin', redirect: 'error' })
    } catch {
      throw new RequestFailed({ kind: 'away' })
    }
  }

  /** Sets the clock by an answer, since the header `date` may be that of something in between. */
  function setClock({ timestamp }: { timestamp?: string }): void {
    const date = Date.parse(timestamp ?? '')
    // Readers share an answer for a second.
    const ahead = date - clock()
    aheadMs = Math.abs(ahead) > 2000 ? ahead : 0
  }

  async function read(path: string): Promise<unknown> {
    const last = known.get(path)
    const headers = { ...headersOf(keys()), ...(last && { 'if-none-match': last.etag }) }
    const response = await send(path, { headers, signal: AbortSignal.timeout(longestMs) })
    if (response.status === 304 && last) return last.answer
    const answer = await answerOf<object>(response)
    setClock(answer)
    const etag = response.headers.get('etag')
    if (etag !== null) known.set(path, { etag, answer })
    return answer
  }

  return {
    now: () => clock() + aheadMs,
    begin(path) {
      const reading = read(path)
      // Whoever takes the answer is told why there is none.
      reading.catch(() => undefined)
      begun.set(path, reading)
    },
    get<Answer>(path: string) {
      const reading = begun.get(path) ?? read(path)
      begun.delete(path)
      return reading as Promise<Answer>
    },
    async post<Answer>(path: string, body: object) {
      const headers = { ...headersOf(keys()), 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(longestWriteMs) }
      const answer = await answerOf<Answer>(await send(path, init))
      setClock(answer as object)
      return answer
    },
  }
}

/** Reads an answer. A 401 without our own error body is the Functions host's. */
async function answerOf<Answer>(response: Response): Promise<Answer> {
  const body = await response.json().catch(() => undefined)
  if (response.ok && body !== undefined) return body as Answer
  if (response.status === 401)
    throw new RequestFailed(
      isError(body) ? { kind: 'key', wanted: 'apiKey', message: body.message } : { kind: 'key', wanted: 'functionKey' },
    )
  throw new RequestFailed(isError(body) ? { kind: 'refused', body } : { kind: 'away' })
}

const isError = (body: unknown): body is ErrorBody =>
  typeof body === 'object' && body !== null && 'error' in body && 'message' in body
