import { fileURLToPath } from 'node:url'
import { invoke } from '../../../dev/functionsHost/invoke.ts'
import { loadBundle } from '../../../dev/functionsHost/loadBundle.ts'
import { createWorker } from '../../../dev/functionsHost/worker.ts'

// A fresh worker process. It imports the built app, lets it answer one request, and prints the cost of each. With
// `bare` it does neither. The imports above this line are done before the clock starts.

/** The figures of one process, in milliseconds and MB. */
export interface Sample {
  importCpuMs: number
  /** From the request to its answer. */
  firstAnswerCpuMs: number
  firstAnswerMs: number
  status: string | undefined
  rssMb: number
  functions: number
  /** Sockets that the import alone has opened. */
  sockets: number
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const cpuMs = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000
const [mode] = process.argv.slice(2)

const worker = createWorker(() => {})
const beforeImport = process.cpuUsage()
if (mode !== 'bare') {
  const appDirectory = `${root}dist/app/`
  await loadBundle({ bundle: `${appDirectory}index.js`, appDirectory }, worker.coreApi)
}
const importCpuMs = cpuMs(process.cpuUsage(beforeImport))
const sockets = process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|DNS|GetAddrInfo/i.test(kind)).length

const beforeAnswer = process.cpuUsage()
const startedAt = performance.now()
const answer = mode === 'answer' ? await askStatus() : undefined
const sample: Sample = {
  importCpuMs,
  firstAnswerCpuMs: cpuMs(process.cpuUsage(beforeAnswer)),
  firstAnswerMs: performance.now() - startedAt,
  status: answer,
  rssMb: process.memoryUsage.rss() / 1e6,
  functions: worker.functions.size,
  sockets,
}
process.stdout.write(JSON.stringify(sample), () => process.exit())

async function askStatus(): Promise<string | undefined> {
  const status = worker.functions.get('deploymentStatus')
  if (status === undefined) throw new Error('the app has no function deploymentStatus')
  const [namespace, name] = ['project-a', 'sample-app-a']
  const http = {
    method: 'GET',
    url: `http://app/api/v1/deployments/${namespace}/${name}/status`,
    nullableHeaders: {},
    nullableQuery: {},
    nullableParams: { namespace: { value: namespace }, name: { value: name } },
  }
  const { returnValue } = await invoke(worker, status, { data: { http } })
  return returnValue?.http?.statusCode
}
