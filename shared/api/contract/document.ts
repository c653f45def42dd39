import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from 'hono'
import { type Guards, securityOf, securitySchemes } from './guards.ts'

/** The OpenAPI 3.1 document of the routes that are registered on the app. */
export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/** Describes the API as the app serves it, with the keys that its host asks for. */
export function documentOf<E extends Env>(app: OpenAPIHono<E>, guards: Guards): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'AKS Scale to Zero',
      version: '1',
      description:
        'Puts Deployments to zero replicas, so that the cluster autoscaler removes their nodes, and brings them back ' +
        'exactly. Every request may be repeated: the second time changes nothing.',
    },
    // Where the document is. A proxy may serve it under a path of its own.
    servers: [{ url: '.' }],
  })
  const used = new Set<string>()
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    const security = securityOf(path, guards)
    for (const scheme of security.flatMap((needed) => Object.keys(needed))) used.add(scheme)
    for (const operation of Object.values(methods) as Operation[]) {
      operation.security = security
      operation.responses = { ...operation.responses, ...unauthorizedOf(operation, security) }
      if (security.length === 0) delete operation.responses['401']
    }
  }
  document.components ??= {}
  document.components.securitySchemes = Object.fromEntries(
    Object.entries(securitySchemes).filter(([scheme]) => used.has(scheme)),
  )
  return document
}

interface Operation {
  security?: Record<string, string[]>[]
  responses: Record<string, { description: string }>
}

/** The Functions host refuses a request without a body, whatever it was for. */
const unauthorizedOf = ({ responses }: Operation, security: Record<string, unknown>[]): Operation['responses'] =>
  security.some((needed) => 'functionKey' in needed)
    ? { 401: { description: responses['401']?.description ?? 'No key, or a wrong one.' } }
    : {}
