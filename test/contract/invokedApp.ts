import { fileURLToPath } from 'node:url'
import { invoke } from '../../dev/functionsHost/invoke.ts'
import { loadBundle } from '../../dev/functionsHost/loadBundle.ts'
import { createWorker } from '../../dev/functionsHost/worker.ts'

// Imports the built function app as the worker does, lets it answer GET /health once, and prints what the app has logged
// through its invocation. Whatever else it prints has missed the invocation.

const appDirectory = fileURLToPath(new URL('../../dist/app/', import.meta.url))
const logged: string[] = []
const worker = createWorker((level, category, message) => logged.push(`${category} ${level} ${message}`))
await loadBundle({ bundle: `${appDirectory}index.js`, appDirectory }, worker.coreApi)
const health = worker.functions.get('health')
if (health === undefined) throw new Error('the app has no function health')
const empty = { nullableHeaders: {}, nullableQuery: {}, nullableParams: {} }
const { returnValue } = await invoke(worker, health, {
  data: { http: { method: 'GET', url: 'http://app/health', ...empty } },
})
process.stdout.write(JSON.stringify({ status: returnValue?.http?.statusCode, logged }), () => process.exit())
