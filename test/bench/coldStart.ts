import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { startAzureOf, startEmbeddedCluster, writeKubeconfig } from '../../dev/start/embeddedCluster.ts'
import type { Sample } from './coldStart/probe.ts'
import { median, table } from './figures.ts'

const help = `npm run bench:cold-start: measures the cold start of the built function app

It starts fresh Node processes in turn: one imports nothing, one imports dist/app/index.js as the Functions worker
does, and two then answer one request, GET status: with a kubeconfig, and with a managed identity at the fake Azure,
which loads the Azure SDK. It prints CPU milliseconds (user + system) and the time to the answer.

  --rounds N   how many processes of each kind (default 15)
  --help       this text
`

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(help)
  process.exit()
}

const bundle = fileURLToPath(new URL('../../dist/app/index.js', import.meta.url))
const probe = fileURLToPath(new URL('coldStart/probe.ts', import.meta.url))

const cluster = await startEmbeddedCluster()
const azure = await startAzureOf(cluster)
const kubeconfig = writeKubeconfig(cluster)

const kinds = {
  bare: { mode: 'bare', env: {} },
  import: { mode: 'import', env: {} },
  kubeconfig: { mode: 'answer', env: { KUBECONFIG: kubeconfig.file } },
  aks: { mode: 'answer', env: azure.env() },
} as const

async function run({ mode, env }: { mode: string; env: Record<string, string> }): Promise<Sample> {
  const args = ['--disable-warning=ExperimentalWarning', probe, mode]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...env },
  })
  const sample = JSON.parse(stdout) as Sample
  if (mode === 'answer' && sample.status !== '200') throw new Error(`the first answer was ${sample.status}`)
  return sample
}

try {
  const samples: Record<keyof typeof kinds, Sample[]> = { bare: [], import: [], kubeconfig: [], aks: [] }
  const names = Object.keys(kinds) as (keyof typeof kinds)[]
  // This run is not measured: it only warms the file cache.
  for (const name of names) await run(kinds[name])
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of names) samples[name].push(await run(kinds[name]))
  }
  const of = (name: keyof typeof kinds, field: Exclude<keyof Sample, 'status'>) =>
    median(samples[name].map((sample) => sample[field]))
  const figures = {
    node: process.version,
    rounds: Number(values.rounds),
    bundleMb: statSync(bundle).size / 1e6,
    functions: of('import', 'functions'),
    socketsOpened: Math.max(...samples.import.map(({ sockets }) => sockets)),
    importCpuMs: of('import', 'importCpuMs'),
    importCpuMsMax: Math.max(...samples.import.map(({ importCpuMs }) => importCpuMs)),
    importCpuMsAks: of('aks', 'importCpuMs'),
    firstAnswerCpuMsKubeconfig: of('kubeconfig', 'firstAnswerCpuMs'),
    firstAnswerCpuMsAks: of('aks', 'firstAnswerCpuMs'),
    firstAnswerMsKubeconfig: of('kubeconfig', 'firstAnswerMs'),
    firstAnswerMsAks: of('aks', 'firstAnswerMs'),
    rssMb: of('import', 'rssMb'),
    rssMbAks: of('aks', 'rssMb'),
    rssMbBare: of('bare', 'rssMb'),
  }
  const row = (what: string, name: keyof typeof kinds) => [
    what,
    of(name, 'importCpuMs').toFixed(0),
    of(name, 'firstAnswerCpuMs').toFixed(0),
    of(name, 'firstAnswerMs').toFixed(0),
    of(name, 'rssMb').toFixed(0),
  ]
  process.stdout.write(
    table([
      ['', 'import CPU ms', 'first answer CPU ms', 'first answer ms', 'memory MB'],
      row('bare Node', 'bare'),
      row('import of the app', 'import'),
      row('and GET status with a kubeconfig', 'kubeconfig'),
      row('and GET status with a managed identity', 'aks'),
    ]),
  )
  process.stdout.write(
    `\n${figures.functions} functions registered, ${figures.socketsOpened} sockets opened by the import, ` +
      `bundle ${figures.bundleMb.toFixed(2)} MB (limit: 3), medians of ${figures.rounds} fresh processes; limit of the import: 250 ms CPU\n`,
  )
  process.stdout.write(`${JSON.stringify({ bench: 'cold-start', ...figures })}\n`)
} finally {
  kubeconfig.remove()
  await azure.stop()
  await cluster.stop()
}
