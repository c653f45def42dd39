import { html, raw } from 'hono/html'
import type { OpenApiDocument } from './document.ts'

const style = raw(`<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
  h2 { border-bottom: 1px solid #ddd; margin-top: 2.5rem; }
  code, pre { font: 14px/1.45 ui-monospace, Consolas, monospace; background: #f4f4f4; border-radius: 4px; }
  code { padding: 1px 4px; } pre { padding: .75rem; overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: 4px 8px; border-bottom: 1px solid #eee; }
  .method { font-weight: 700; text-transform: uppercase; margin-right: .5rem; }
  @media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #eee; } code, pre { background: #2a2a2a; } td, th, h2 { border-color: #3a3a3a; } }
</style>`)

/** The parts of a JSON schema that the page shows. */
interface ShownSchema {
  $ref?: string
  type?: string | string[]
  description?: string
  properties?: Record<string, ShownSchema>
  required?: string[]
  enum?: unknown[]
  const?: unknown
  example?: unknown
}

interface ShownOperation {
  operationId?: string
  summary?: string
  parameters?: { name: string; in: string; required?: boolean; schema?: ShownSchema; description?: string }[]
  requestBody?: { content: Record<string, { schema?: ShownSchema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: ShownSchema }> }>
}

// It stands where the query goes; no text of ours has it.
const queryMark = '\u{f8ff}'

/**
 * The document as one page that loads no script, no font and nothing else from other servers.
 * @returns the page for the query with which it was requested, e.g. `?code=...`: its links need it as well
 */
export function docsPage(document: OpenApiDocument): (query: string) => string {
  const [before = '', after = ''] = String(pageOf(document)).split(queryMark)
  return (query) => `${before}${html`${query}`}${after}`
}

function pageOf(document: OpenApiDocument) {
  const schemas = (document.components?.schemas ?? {}) as Record<string, ShownSchema>
  const resolve = (schema: ShownSchema | undefined): ShownSchema =>
    schema?.$ref === undefined ? (schema ?? {}) : resolve(schemas[schema.$ref.split('/').at(-1) ?? ''])
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as ShownOperation })),
  )
  return html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><meta name="viewport" content="width=device-width" /><title>${document.info.title}</title>${style}</head>
  <body>
    <h1>${document.info.title}</h1>
    <p>${document.info.description}</p>
    <p>Send <code>Authorization: Bearer &lt;key&gt;</code> to everything under <code>/api/v1</code>; in Azure Functions also the host key, as <code>?code=</code> or <code>x-functions-key</code>. For programs: <a href="openapi.json${queryMark}">openapi.json</a>.</p>
    ${operations.map((served) => operationSection(served, resolve))}
  </body>
</html>`
}

// These are explained once, at the top of the page.
const functionKeyParameters = new Set(['code', 'clientId'])

type Resolve = (schema: ShownSchema | undefined) => ShownSchema

interface Served {
  path: string
  method: string
  operation: ShownOperation
}

function operationSection({ path, method, operation }: Served, resolve: Resolve) {
  const body = operation.requestBody?.content['application/json']?.schema
  const fields = (schema: ShownSchema) => Object.entries(schema.properties ?? {})
  const rows = [
    ...(operation.parameters ?? [])
      .filter(({ name }) => !functionKeyParameters.has(name))
      .map(({ name, in: where, required = false, description, schema }) =>
        fieldRow({ name, where, required, schema: { description, ...resolve(schema) } }),
      ),
    ...fields(resolve(body)).map(([name, schema]) => {
      const required = resolve(body).required?.includes(name) ?? false
      return fieldRow({ name, where: 'body', required, schema: resolve(schema) })
    }),
  ]
  return html`<h2 id="${operation.operationId}"><span class="method">${method}</span><code>${path}</code></h2>
    <p>${operation.summary}</p>
    ${rows.length > 0 && html`<table><tr><th>Input</th><th>In</th><th></th><th></th></tr>${rows}</table>`}
    <table><tr><th>Answer</th><th></th><th></th></tr>
      ${Object.entries(operation.responses).map(([status, { description, content }]) => {
        const names = status.startsWith('2') ? fields(resolve(content?.['application/json']?.schema)) : []
        return html`<tr><td>${status}</td><td>${description}</td><td>${names.map(([name]) => html`<code>${name}</code> `)}</td></tr>`
      })}
    </table>`
}

interface Field {
  name: string
  where: string
  required: boolean
  schema: ShownSchema
}

const fieldRow = ({ name, where, required, schema }: Field) =>
  html`<tr><td><code>${name}</code></td><td>${where}</td><td>${required ? 'required' : 'optional'}</td><td>${schema.description ?? ''} ${schema.example !== undefined && html`e.g. <code>${JSON.stringify(schema.example)}</code>`}</td></tr>`
