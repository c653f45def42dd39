import { app, type HttpMethod, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions'
import { type Api, ApiError, createRoutes, errorBody } from '../shared/api/index.ts'
import { ConfigError } from '../shared/config.ts'
import { services } from './services.ts'

const everyMethod: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

// Probes must work without a key.
const anonymous = new Set(['/health', '/ready'])

/** One function for each route, named as its operationId, so that the Portal lists and counts them apart. */
for (const { operationId, method, path } of Object.values(createRoutes(() => new Date()))) {
  app.http(operationId, {
    route: path.slice(1),
    methods: method === 'get' ? ['GET', 'HEAD'] : ['POST'],
    authLevel: anonymous.has(path) ? 'anonymous' : 'function',
    handler: serve,
  })
}

// What no route takes gets the API's own 404 or 405. The Functions host tries its routes in the order in which it has
// the functions, so this one must stay the last, here and by name:
// https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.WebHost/WebScriptHostHttpRoutesManager.cs
app.http('unmatched', { route: '{*path}', methods: everyMethod, authLevel: 'function', handler: serve })

async function serve(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  let api: Api
  try {
    api = services().api
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    context.error(error.message)
    return misconfigured(context.invocationId)
  }
  const body = request.body === null ? undefined : await request.arrayBuffer()
  const response = await api.fetch(
    new Request(request.url, { method: request.method, headers: [...request.headers], body }),
  )
  return { status: response.status, headers: [...response.headers], body: await response.arrayBuffer() }
}

/** In the API's own shape, though there is no API: the settings have to be mended first. */
function misconfigured(requestId: string): HttpResponseInit {
  const message = 'The settings of this function app cannot be used; its log names each fault'
  const error = new ApiError('misconfigured', { message })
  return {
    status: error.status,
    headers: { 'x-request-id': requestId },
    jsonBody: errorBody(error, { requestId, now: new Date() }),
  }
}
