import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median, table } from './figures.ts'

const help = `npm run bench:cold-start: what the import of the built function app costs

Starts fresh Node processes that import dist/functions/index.js as the Functions worker does, beside ones that import
nothing, in turn. Prints CPU milliseconds (user + system) of the import, and of the whole process.

  --rounds N   processes of each kind (default 15)
  --help       this text
`

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(help)
  process.exit()
}

const bundle = fileURLToPath(new URL('../../dist/functions/index.js', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'cold-start-'))

// The worker's part, as small as it can be: hand out functions-core, count what registers, and tell what it cost. A
// socket opened by the import would show as a handle.
const probe = join(dir, 'probe.cjs')
writeFileSync(
  probe,
  `const { Module } = require('node:module')
const registered = []
const core = {
  version: 'bench', hostVersion: '4', setProgrammingModel() {}, getProgrammingModel() {}, log() {},
  registerFunction: ({ name }) => (registered.push(name), { dispose() {} }),
  registerHook: () => ({ dispose() {} }), Disposable: class { dispose() {} },
}
const load = Module.prototype.require
Module.prototype.require = function (id) { return id === '@azure/functions-core' ? core : load.call(this, id) }
const before = process.cpuUsage()
if (process.argv[2]) require(process.argv[2])
const { user, system } = process.cpuUsage(before)
const whole = process.cpuUsage()
console.log(JSON.stringify({
  importMs: (user + system) / 1000,
  processMs: (whole.user + whole.system) / 1000,
  rssMb: process.memoryUsage.rss() / 1e6,
  registered,
  handles: process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|DNS|GetAddrInfo/i.test(kind)),
}))
`,
)

interface Sample {
  importMs: number
  processMs: number
  rssMb: number
  registered: string[]
  handles: string[]
}

const run = (...args: string[]): Sample =>
  JSON.parse(execFileSync(process.execPath, [probe, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH } }))

try {
  run(bundle)
  const bare: Sample[] = []
  const app: Sample[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    bare.push(run())
    app.push(run(bundle))
  }
  const figures = {
    node: process.version,
    rounds: Number(values.rounds),
    bundleMb: statSync(bundle).size / 1e6,
    functions: app[0]?.registered.length ?? 0,
    socketsOpened: Math.max(...app.map(({ handles }) => handles.length)),
    importCpuMs: median(app.map(({ importMs }) => importMs)),
    importCpuMsMax: Math.max(...app.map(({ importMs }) => importMs)),
    processCpuMs: median(app.map(({ processMs }) => processMs)),
    bareProcessCpuMs: median(bare.map(({ processMs }) => processMs)),
    rssMb: median(app.map(({ rssMb }) => rssMb)),
    bareRssMb: median(bare.map(({ rssMb }) => rssMb)),
  }
  process.stdout.write(
    table([
      ['', 'import CPU ms', 'process CPU ms', 'memory MB'],
      ['bare Node', '0', figures.bareProcessCpuMs.toFixed(0), figures.bareRssMb.toFixed(0)],
      ['the function app', figures.importCpuMs.toFixed(0), figures.processCpuMs.toFixed(0), figures.rssMb.toFixed(0)],
    ]),
  )
  process.stdout.write(
    `\n${figures.functions} functions registered, ${figures.socketsOpened} sockets opened, bundle ${figures.bundleMb.toFixed(2)} MB (to stay under: 3), ` +
      `medians of ${figures.rounds} fresh processes; the import to stay under: 250 ms CPU\n`,
  )
  process.stdout.write(`${JSON.stringify({ bench: 'cold-start', ...figures })}\n`)
} finally {
  rmSync(dir, { recursive: true })
}
