import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Certificate } from '../loopbackCertificate.ts'
import { discovery } from './discovery.ts'
import { createLists, listText, metadataOf, watch } from './list.ts'
import { isMap, type KubeObject } from './objects.ts'
import { applyJsonPatch, applyMergePatch } from './patch.ts'
import { configMaps, type Resource, rootOf } from './resources.ts'
import {
  badRequest,
  methodNotAllowed,
  noSuchResource,
  notFound,
  StatusError,
  unauthorized,
  unsupportedMediaType,
} from './statusError.ts'
import type { Store } from './store.ts'
import { apply, create, remove, scaleOf, update, updateScale, type Write } from './writes.ts'

interface Service {
  /** The port on loopback; 0 takes a free one. */
  port: number
  now: () => Date
  /** With a certificate it serves HTTPS, and otherwise HTTP. */
  certificate: Certificate | undefined
  /** The bearer tokens that it accepts; undefined when it asks for none. */
  tokens: ReadonlySet<string> | undefined
}

/** Serves the Kubernetes API of `store`. @returns its URL, and a function that closes it */
export async function serve(store: Store, { port, now, certificate, tokens }: Service) {
  const list = createLists(store)
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error: unknown) => refuse(response, error))
  }
  const server = certificate ? createSecureServer(certificate, listener) : createServer(listener)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(`http://cluster${request.url}`)
    const { method = 'GET', headers } = request
    if (tokens && !tokens.has(headers.authorization?.replace(/^Bearer /, '') ?? '')) throw unauthorized()
    const described = discovery(pathname, store.resources)
    if (described) return send(response, 200, described)
    const target = targetOf(pathname, store.resources)
    if (!target) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n')
      return
    }
    const { resource, namespace, name, subresource } = target
    if (!name && method === 'GET') {
      const listed = { resource, namespace, query }
      if (['1', 'true'].includes(query.get('watch') ?? '')) return watch(store, listed, response)
      if (/as=PartialObjectMetadataList/.test(headers.accept ?? ''))
        return send(response, 200, metadataOf(list(listed)))
      return sendText(response, 200, listText(list(listed)))
    }
    const contentType = headers['content-type']?.split(';')[0]?.trim() ?? ''
    const manager = query.get('fieldManager') || headers['user-agent']?.split('/')[0] || 'unknown'
    const body = await text(request)
    // From here on everything is one synchronous step, so no other write comes between reading and storing.
    const write: Write = { store, resource, namespace, now: now(), manager, dryRun: isDryRun(query.get('dryRun')) }
    if (!name) {
      if (method !== 'POST' || (!resource.clusterScoped && !namespace)) throw methodNotAllowed()
      if (contentType && contentType !== 'application/json') throw unsupportedMediaType(['application/json'])
      return send(response, 201, create(write, objectIn(body)))
    }
    const old = store.get(resource, name, namespace)
    if (method === 'PATCH' && contentType === applyPatch && resource === configMaps) {
      const object = apply({ ...write, name, force: query.get('force') === 'true' }, old, objectIn(body))
      return send(response, old ? 200 : 201, object)
    }
    if (!old) throw notFound(resource, name)
    const shown = subresource ? scaleOf(old) : old
    if (method === 'GET') return send(response, 200, shown)
    if (method === 'DELETE' && !subresource) {
      // For a deletion, clients ask for a dry run in the body.
      const dryRun = write.dryRun || /"dryRun":\["All"\]/.test(body)
      return send(response, 200, remove({ ...write, dryRun }, old))
    }
    if (method !== 'PATCH') throw methodNotAllowed()
    const wanted = patched(shown, { contentType, patch: parse(body) })
    send(response, 200, subresource ? updateScale(write, old, wanted) : update(write, old, wanted))
  }

  // As in the real server, longer than clients keep idle connections, so that none is closed under a request.
  server.keepAliveTimeout = 90_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Target {
  resource: Resource
  namespace: string | undefined
  name: string | undefined
  subresource: 'scale' | undefined
}

/** Parses `/apis/apps/v1/namespaces/project-a/deployments/x/scale`. @throws 404 in one of Kubernetes' own groups */
function targetOf(path: string, resources: readonly Resource[]): Target | undefined {
  for (const resource of resources) {
    const root = rootOf(resource.apiVersion)
    if (!path.startsWith(`${root}/`)) continue
    const parts = path
      .slice(root.length + 1)
      .split('/')
      .map(decodeURIComponent)
    // `namespaces/x` is the namespace itself; `namespaces/x/pods` is what is in it.
    const namespace = !resource.clusterScoped && parts[0] === 'namespaces' ? parts.splice(0, 2)[1] : undefined
    const [plural, name, subresource, ...more] = parts
    const isScale = subresource === 'scale' && resource.scalable
    const isComplete = name === undefined || namespace !== undefined || resource.clusterScoped
    if (plural !== resource.plural || more.length > 0 || (subresource && !isScale) || !isComplete) continue
    return { resource, namespace, name, subresource: isScale ? 'scale' : undefined }
  }
  // The roots without their version: `/api/`, `/apis/apps/`.
  const groups = resources.flatMap(({ apiVersion, custom }) => (custom ? [] : rootOf(apiVersion).replace(/[^/]*$/, '')))
  if (groups.some((group) => path.startsWith(group))) throw noSuchResource()
  return undefined
}

function isDryRun(asked: string | null): boolean {
  if (!asked || asked === 'All') return asked === 'All'
  throw badRequest(`Invalid value for dryRun: ${JSON.stringify(asked)}: supported values: "All"`)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw badRequest(`the body of the request is not JSON: ${(error as Error).message}`)
  }
}

function objectIn(body: string): Partial<KubeObject> {
  const value = parse(body)
  if (isMap(value) && isMap(value.metadata ?? {})) return value
  throw badRequest("the object provided is unrecognized: couldn't get version/kind")
}

const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const applyPatch = 'application/apply-patch+yaml'
const strategicPatch = 'application/strategic-merge-patch+json'

/** The object after the patch. @throws 400 for a malformed patch, 415 for an unknown type, 422 if it does not apply */
function patched(shown: KubeObject, { contentType, patch }: { contentType: string; patch: unknown }): KubeObject {
  let result: unknown
  if (contentType === jsonPatch) result = applyJsonPatch(shown, patch)
  else if (contentType === mergePatch || (contentType === strategicPatch && isPlain(patch))) {
    result = applyMergePatch(shown, patch)
  } else throw unsupportedMediaType([jsonPatch, mergePatch])
  if (isMap(result) && isMap(result.metadata) && isMap(result.spec ?? {})) return result as unknown as KubeObject
  throw badRequest('the result of the patch is not an object')
}

/** kubectl's strategic patch without lists and directives is a merge patch; one with them needs the schema. */
function isPlain(patch: unknown): boolean {
  if (!isMap(patch)) return !Array.isArray(patch)
  return Object.entries(patch).every(([key, value]) => !key.startsWith('$') && isPlain(value))
}

const send = (response: ServerResponse, code: number, body: object) => sendText(response, code, JSON.stringify(body))

function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(text)
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = `Internal error occurred: ${error}`
  const known = error instanceof StatusError ? error : new StatusError({ code: 500, reason: 'InternalError', message })
  send(response, known.status.code, known.status)
}
