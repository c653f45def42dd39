// The entry of a contender's process. It gets ready, waits until its standard input ends, runs, and prints the cost as
// one JSON line. The start of the process and the imports are not part of the cost.
import { once } from 'node:events'
import { idleTicks } from './idleTicks.ts'
import { bareLoop } from './loop.ts'
import type { Job, Measured } from './measured.ts'
import { ourSweep } from './ourSweep.ts'

const job: Job = JSON.parse(process.argv[2] ?? '')
const contender = { sweep: ourSweep, loop: bareLoop, 'idle-ticks': idleTicks }[job.contender]
const run = await contender(job)
process.stdout.write('ready\n')
await once(process.stdin.resume(), 'end')
const rssBefore = process.memoryUsage.rss()
const cpuBefore = process.cpuUsage()
const startedAt = performance.now()
const { requests, ...rest } = await run()
const wallMs = performance.now() - startedAt
const { user, system } = process.cpuUsage(cpuBefore)
const measured: Measured = {
  wallMs,
  cpuMs: (user + system) / 1000,
  requests,
  rssGrowthMb: (process.memoryUsage.rss() - rssBefore) / 1e6,
  peakRssMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
  ...rest,
}
process.stdout.write(`${JSON.stringify(measured)}\n`)
process.exit()
