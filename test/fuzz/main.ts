import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startCluster } from '../../dev/cluster/index.ts'
import { demoProjects } from '../../dev/start/demoProjects.ts'
import { table } from '../bench/figures.ts'
import { functionsKey, startFunctions, startScaleApi } from '../hosts.ts'
import { PythonMissing, pythonWith } from './python.ts'
import { askAll } from './schemathesis.ts'

const help = `npm run fuzz:api: lets schemathesis ask both hosts for everything that their OpenAPI document has, and more

It runs on the embedded cluster, and installs schemathesis into a folder of its own. Each host has the memory that the
manifest gives to the in-cluster one: it must end with about as much as it had after a quarter of the requests.

  --requests N   how many requests to each host, at least (default 10000)
  --seed N       the seed of the first round (default 1)
  --optional     without Python, says so and ends well, unless CI is set
  --help         this text
`

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    optional: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}

const report = (line: string) => process.stderr.write(`${line}\n`)
/** Node 24 takes this much for old objects in a container with 512 MiB. */
const maxOldSpaceMb = 256
const limitMb = 512
const mostGrowth = 1.25
const apiKey = 'api-key-of-the-tests'

/** Memory of a process in MiB: what it has now, and the most that it has had. */
function memoryOf(pid: number | undefined): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  return { now: mb('VmRSS'), peak: mb('VmHWM') }
}

function findPython(): string {
  try {
    return pythonWith(fileURLToPath(new URL('requirements.txt', import.meta.url)), process.env)
  } catch (error) {
    if (!(error instanceof PythonMissing)) throw error
    const isFine = values.optional && !process.env.CI
    report(`${isFine ? 'Left out' : '✗'}: schemathesis over both hosts, since ${error.message}.`)
    process.exit(isFine ? 0 : 1)
  }
}

const python = findPython()
const cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
const dir = mkdtempSync(join(tmpdir(), 'fuzz-'))
writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
const settings = {
  KUBECONFIG: join(dir, 'kubeconfig'),
  PROJECTS: demoProjects(new Date()),
  NODE_OPTIONS: `--max-old-space-size=${maxOldSpaceMb}`,
}
const hosts = [
  {
    name: 'in-cluster host',
    header: `Authorization: Bearer ${apiKey}`,
    config: undefined,
    start: () => startScaleApi({ ...settings, API_KEY: apiKey }),
  },
  {
    name: 'Functions host',
    header: `x-functions-key: ${functionsKey}`,
    config: 'functions.toml',
    start: () => startFunctions(settings),
  },
]

const wanted = Number(values.requests)
let failures = 0
const rows: string[][] = []
try {
  for (const { name, header, config, start } of hosts) {
    const host = await start()
    const seen: { requests: number; mb: number }[] = []
    let requests = 0
    for (let seed = Number(values.seed); requests < wanted; seed++) {
      const round = await askAll(
        python,
        { url: host.url, header, config },
        { seed, examples: Math.min(100, Math.ceil(wanted / 60)) },
      )
      requests += round.cases
      if (!round.passed || round.cases === 0) {
        failures++
        report(`✗ ${name}, --seed ${seed}:\n${round.output}`)
        break
      }
      seen.push({ requests, mb: memoryOf(host.child.pid).now })
      report(`${name}: ${requests} requests, seed ${seed}, ${seen.at(-1)?.mb.toFixed(0)} MiB`)
    }
    const { peak } = memoryOf(host.child.pid)
    const early = seen.find((one) => one.requests >= wanted / 4)?.mb ?? Number.NaN
    const late = seen.at(-1)?.mb ?? Number.NaN
    if (peak > limitMb || late > early * mostGrowth) {
      failures++
      report(
        `✗ ${name}: its memory is not flat: ${early.toFixed(0)} MiB, then ${late.toFixed(0)}, and ${peak.toFixed(0)} at most`,
      )
    }
    rows.push([name, String(requests), early.toFixed(0), late.toFixed(0), peak.toFixed(0)])
    await host.stop()
  }
} finally {
  await cluster.stop()
  rmSync(dir, { recursive: true })
}
process.stdout.write(table([['', 'requests', 'MiB after a quarter', 'MiB at the end', 'MiB at most'], ...rows]))
process.stdout.write(`${JSON.stringify({ fuzz: 'api', requests: wanted, failures })}\n`)
process.exit(failures === 0 ? 0 : 1)
