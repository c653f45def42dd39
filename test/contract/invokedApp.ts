import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { invoke } from '../../dev/functionsHost/invoke.ts'
import { loadBundle } from '../../dev/functionsHost/loadBundle.ts'
import { createWorker } from '../../dev/functionsHost/worker.ts'
import { waitFor } from '../waitFor.ts'

// Imports the built function app as the worker does, lets one of its functions answer once, and prints what the app has
// logged through the invocation, and what it has loaded by then and a little later. Whatever else it prints has missed the
// invocation.

const appDirectory = fileURLToPath(new URL('../../dist/app/', import.meta.url))
const [name = ''] = process.argv.slice(2)
const logged: string[] = []
const loaded: string[] = []
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.endsWith('telemetry.js')) loaded.push(specifier)
    return next(specifier, context)
  },
})
const worker = createWorker((level, category, message) => logged.push(`${category} ${level} ${message}`))
await loadBundle({ bundle: `${appDirectory}index.js`, appDirectory }, worker.coreApi)
const handler = worker.functions.get(name)
if (handler === undefined) throw new Error(`the app has no function ${name}`)
const path = name === 'health' ? '/health' : '/api/v1/deployments/a/b/status'
const http = { method: 'GET', url: `http://app${path}`, nullableHeaders: {}, nullableQuery: {}, nullableParams: {} }
const { returnValue } = await invoke(worker, handler, { data: { http } })
const before = [...loaded]
if (process.env.APPLICATIONINSIGHTS_CONNECTION_STRING !== undefined) {
  await waitFor({ what: 'telemetry is loaded', look: async () => loaded, until: ({ length }) => length > 0 })
}
const result = { status: returnValue?.http?.statusCode, logged, loaded: { before, after: loaded } }
process.stdout.write(JSON.stringify(result), () => process.exit())
