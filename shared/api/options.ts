import type { NodePrices, ProjectSettings, Scaling } from '../scaling/index.ts'
import type { DocsFile } from './contract/docsFiles.ts'
import type { PageFile } from './contract/pageFiles.ts'
import type { Authentication } from './middleware/callers/authentication.ts'
import type { RequestRecord } from './middleware/requestRecord.ts'

/** Everything that the API is built from. */
export interface ApiOptions {
  scaling: Scaling
  authentication: Authentication
  /** When there are any, namespaces outside of them are not visible, except those that are labelled as projects. */
  projects: ProjectSettings[]
  /** What nodes cost; undefined where nobody has configured it. */
  nodePrices?: NodePrices | undefined
  /** The version of the product, which `/health` tells. */
  version: string
  /** How long one request may take with all its calls to the cluster. */
  requestTimeoutMs: number
  now(): Date
  /** Milliseconds that only ever grow, as performance.now. */
  elapsed(): number
  /** A new id for a request that brings none, as crypto.randomUUID. */
  newId(): string
  /** Aborted when the host shuts down: it is no longer ready, finishes the requests it has, and ends every wait. */
  draining: AbortSignal
  /** Settings that cannot be used, though the host serves: a sentence for each, which `/ready` tells. */
  faults: string[]
  /** Whether the host in front of this API asks for a key of its own, as the Functions host does. */
  guardedByFunctionKey: boolean
  /** Reads a file of the page at `/docs`. */
  readDocsFile(file: DocsFile): Promise<Uint8Array<ArrayBuffer>>
  /** Reads a file of the page at `/`. */
  readPageFile(file: PageFile): Promise<Uint8Array<ArrayBuffer>>
  /** Called for each request before its answer is sent. It may make the record later, so that the answer goes first. */
  report(record: () => RequestRecord): void
}
