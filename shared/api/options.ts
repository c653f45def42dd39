import type { ProjectSettings, Scaling } from '../scaling/index.ts'
import type { Authentication } from './middleware/authentication.ts'
import type { RequestRecord } from './middleware/requestRecord.ts'

/** What the API is built from. */
export interface ApiOptions {
  scaling: Scaling
  authentication: Authentication
  /** When there are any, no namespace outside of them is visible. */
  projects: ProjectSettings[]
  /** How long one request may take with all its calls to the cluster. */
  requestTimeoutMs: number
  now(): Date
  /** Milliseconds that only ever grow, as performance.now. */
  elapsed(): number
  /** A new id for a request that brings none, as crypto.randomUUID. */
  newId(): string
  /** Aborted when the host shuts down: it is not ready any more, finishes what it has, and waits for nothing. */
  draining: AbortSignal
  /** Told of each request before its answer is sent, so that what is made of it can wait until then. */
  report(record: () => RequestRecord): void
}
