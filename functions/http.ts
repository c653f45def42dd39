import { app, type HttpMethod, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions'
import { type Api, ApiError, createRoutes, errorResponse, isOpen } from '../shared/api/index.ts'
import { ConfigError, isOpenToIdentities } from '../shared/config.ts'
import { services } from './services.ts'

const everyMethod: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

// Where an identity is needed instead of a key, the API itself refuses a request without one.
const authLevel = isOpenToIdentities(process.env) ? 'anonymous' : 'function'

/** One function for each route, named as its operationId, so that the Portal lists and counts them apart. */
for (const { operationId, method, path } of Object.values(createRoutes(() => new Date()))) {
  app.http(operationId, {
    // The host takes the function's name for an empty route.
    route: path === '/' ? path : path.slice(1),
    methods: method === 'get' ? ['GET', 'HEAD'] : ['POST'],
    authLevel: isOpen(path) ? 'anonymous' : authLevel,
    handler: serve,
  })
}

// Every other path gets the API's own 404 or 405. The Functions host tries the routes in the alphabetical order of the
// functions' names, and the first that fits wins, so the name of this one must come last.
app.http('zzUnmatched', { route: '{*path}', methods: everyMethod, authLevel, handler: serve })

async function serve(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const response = await answer(request, context)
  return { status: response.status, headers: [...response.headers], body: await response.arrayBuffer() }
}

async function answer(request: HttpRequest, context: InvocationContext): Promise<Response> {
  let api: Api
  try {
    api = services().api
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    context.error(error.message)
    return misconfigured(context.invocationId)
  }
  const body = request.body === null ? undefined : await request.arrayBuffer()
  return api.fetch(new Request(request.url, { method: request.method, headers: [...request.headers], body }))
}

/** In the API's own form, though there is no API: first the settings must be corrected. */
function misconfigured(requestId: string): Response {
  const message = 'The settings of this function app cannot be used; its log names each fault'
  return errorResponse(new ApiError('misconfigured', { message }), { requestId, now: new Date() })
}
