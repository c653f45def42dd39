import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from 'hono'

/** The OpenAPI 3.1 document of the routes that are registered on the app. */
export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/** Describes the API as the app serves it. */
export const documentOf = <E extends Env>(app: OpenAPIHono<E>): OpenApiDocument =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'AKS Scale to Zero',
      version: '1',
      description:
        'Puts Deployments to zero replicas, so that the cluster autoscaler removes their nodes, and brings them back ' +
        'exactly. Every request may be repeated: the second time changes nothing.',
    },
  })
