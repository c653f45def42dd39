import type { RouteConfig, RouteHandler, z } from '@hono/zod-openapi'
import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { Fault } from '../contract/answers/errorBody.ts'
import { invalidRequest } from '../errors.ts'
import type { Api, ApiEnv } from '../middleware/apiEnv.ts'
import { isOfFunctionsHost } from '../middleware/functionKey.ts'
import { readBody } from './body.ts'

/** A route of the table, as `createRoute` makes it. */
type Route = RouteConfig & { getRoutingPath(): string }

/** Serves a route: documents it, and checks every part of a request before the handler sees it. */
export type Serve = <R extends Route>(route: R, handler: RouteHandler<R, ApiEnv>) => void

/**
 * Serves the routes of an app. The app's own `openapi` checks the path, the query and the body one after the other, so
 * it would answer with the faults of the first only.
 * @param mustExist throws when the Deployment or project of the path is missing; that matters more than a missing field
 */
export const createServe =
  (app: Api, mustExist: (c: Context<ApiEnv>) => Promise<unknown>): Serve =>
  (route, handler) => {
    app.openAPIRegistry.registerPath(route)
    const check = checkAll({ ...route.request, body: bodySchemaOf(route), mustExist })
    app.on([route.method], [route.getRoutingPath()], check, handler as Handler<ApiEnv>)
  }

/** The parts of a request, and what they must be. */
interface Expected {
  params?: z.ZodType
  query?: z.ZodType
  body: z.ZodType | undefined
  mustExist(c: Context<ApiEnv>): Promise<unknown>
}

function checkAll({ params, query, body, mustExist }: Expected): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const faults: Fault[] = []
    const check = (target: 'param' | 'query' | 'json', schema: z.ZodType, value: unknown) => {
      const { success, data, error } = schema.safeParse(value)
      if (success) c.req.addValidatedData(target, data as object)
      else faults.push(...faultsOf(error))
    }
    if (params) check('param', params, c.req.param())
    if (query) check('query', query, queryOf(c))
    const namesSomething = faults.length === 0
    // To look for the body of a GET would take longer than everything else here.
    if (body) {
      const read = await readBody(c)
      if ('fault' in read) faults.push(read.fault)
      else check('json', body, read.value)
    }
    if (faults.length > 0) {
      if (namesSomething) await mustExist(c)
      throw invalidRequest(faults)
    }
    return next()
  }
}

/** Every fault that a schema found, each with the field it is about. */
const faultsOf = (error: z.core.$ZodError): Fault[] =>
  error.issues.flatMap((issue): Fault[] => {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
    }
    return [{ path: path || 'body', message: issue.message }]
  })

/** A parameter that is given more than once is a list, which no schema accepts. */
const queryOf = (c: Context): Record<string, string | string[] | undefined> =>
  Object.fromEntries(
    Object.entries(c.req.queries())
      .filter(([name]) => !isOfFunctionsHost(name))
      .map(([name, values]) => [name, values.length > 1 ? values : values[0]]),
  )

function bodySchemaOf({ request }: RouteConfig): z.ZodType | undefined {
  const json = request?.body?.content['application/json']
  return json !== undefined && 'schema' in json ? (json.schema as z.ZodType) : undefined
}
