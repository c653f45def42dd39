import { createRoute } from '@hono/zod-openapi'
import { ErrorBody } from './answers/errorBody.ts'
import { Health, NotReady, Ready } from './answers/service.ts'
import { docsFiles } from './docsFiles.ts'
import { DocsFilePath, PageFilePath } from './inputs.ts'
import { pageFiles } from './pageFiles.ts'
import { answer } from './responses.ts'

const isKept = { description: 'The browser has it: `If-None-Match` names it.' }

/** A file of a page, and its types by the names of the files. */
const fileRoute = <Id extends string, Path extends string, Params extends typeof DocsFilePath | typeof PageFilePath>(
  operationId: Id,
  path: Path,
  { params, files }: { params: Params; files: Record<string, string> },
) =>
  createRoute({
    operationId,
    method: 'get',
    path,
    summary: 'A file of that page',
    tags: ['Service'],
    request: { params },
    responses: {
      200: {
        description: 'The file',
        content: Object.fromEntries(
          Object.values(files).map((type) => [type, { schema: { type: 'string' as const } }]),
        ),
      },
      304: isKept,
      400: answer('There is no such file; `details` says which there are.', ErrorBody),
    },
  })

/** What needs no key: whether the service is up, and what it has for people to read. */
export const serviceRoutes = {
  health: createRoute({
    operationId: 'health',
    method: 'get',
    path: '/health',
    summary: 'Is the service up?',
    tags: ['Service'],
    responses: { 200: answer('It is.', Health) },
  }),
  ready: createRoute({
    operationId: 'ready',
    method: 'get',
    path: '/ready',
    summary: 'Can it reach Kubernetes?',
    tags: ['Service'],
    responses: { 200: answer('It can.', Ready), 503: answer('It cannot, or it is shutting down.', NotReady) },
  }),
  openapi: createRoute({
    operationId: 'openapi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    tags: ['Service'],
    responses: {
      200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    },
  }),
  docs: createRoute({
    operationId: 'docs',
    method: 'get',
    path: '/docs',
    summary: 'This API for people',
    tags: ['Service'],
    responses: { 200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } } },
  }),
  docsFile: fileRoute('docsFile', '/docs/{file}', { params: DocsFilePath, files: docsFiles }),
  page: createRoute({
    operationId: 'page',
    method: 'get',
    path: '/',
    summary: 'The projects for people',
    tags: ['Service'],
    responses: {
      200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } },
      304: isKept,
    },
  }),
  pageFile: fileRoute('pageFile', '/page/{file}', { params: PageFilePath, files: pageFiles }),
}
