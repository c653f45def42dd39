import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Caller } from './callers/authentication.ts'
import type { ScaleRecord } from './requestRecord.ts'

/** The values that the middleware sets for the handlers and for the report. */
export interface ApiEnv {
  Variables: { requestId: string; caller: Caller; deadline: AbortSignal; scale: ScaleRecord }
}

export type Api = OpenAPIHono<ApiEnv>
