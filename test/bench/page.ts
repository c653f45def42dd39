import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { startCluster } from '../../dev/cluster/index.ts'
import { startScaleApi } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { median, table } from './figures.ts'
import { crowd } from './page/crowd.ts'

const help = `npm run bench:page: measures how soon the page's overview of many projects reacts, in a real browser

Each project has 25 workloads, and half of them are asleep. The in-cluster host reads them from the embedded cluster.
The page is opened again and again: with five projects, and with many. Two digits are entered in the filter as soon as
there is a row. The time is the browser's own, from the beginning of the navigation until that has left fewer rows and
they are painted. CHROMIUM is the path of a Chromium, such as /usr/bin/chromium.

  --projects N  how many projects (default 200)
  --rounds N    how often each is opened (default 7)
  --help        this text
`

const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '7' },
    help: { type: 'boolean' },
  },
})
if (values.help || process.env.CHROMIUM === undefined) {
  process.stdout.write(help)
  process.exit(values.help ? 0 : 1)
}
const few = 5
const many = Number(values.projects)
const apiKey = 'a-key-of-the-benchmark'
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM })

/** Enters two digits as soon as there is a row, and keeps the time when its effect is painted. */
const person = `
  const rows = () => document.querySelectorAll('.row').length
  let before = 0
  new MutationObserver(() => {
    if (before === 0 && rows() > 0) {
      before = rows()
      document.querySelector('[type=search]').focus()
      document.execCommand('insertText', false, '03')
    } else if (before > 0 && rows() < before && window.reactedAt === undefined) {
      window.reactedAt = 0
      requestAnimationFrame(() => setTimeout(() => { window.reactedAt = performance.now() }))
    }
  }).observe(document, { subtree: true, childList: true })`

interface Loaded {
  name: string
  duration: number
  transferSize: number
}

/** Opens the overview of so many projects some times, in a host of its own. */
async function measure(projects: number) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-page-'))
  const asleep = Math.floor(projects / 2)
  const cluster = await startCluster({ projects: crowd(projects, { asleep }), podDelayMs: 1, nodeDelayMs: 1 })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
  const host = await startScaleApi({ KUBECONFIG: join(dir, 'kubeconfig'), API_KEY: apiKey })
  const metrics = async () => {
    const text = await (await fetch(`${host.url}/metrics`)).text()
    const calls = [...text.matchAll(/^kubernetes_call_duration_seconds_count\{.*\} (\d+)/gm)]
    const cpuMs = 1000 * Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1])
    return { calls: calls.reduce((sum, [, count]) => sum + Number(count), 0), cpuMs }
  }
  const page = await browser.newPage()
  try {
    await page.addInitScript(`sessionStorage.setItem('keys', '{"apiKey":"${apiKey}"}')\n${person}`)
    const rounds: Record<'ms' | 'answerMs' | 'requests' | 'bytes' | 'calls' | 'cpuMs', number>[] = []
    for (let round = 0; round <= Number(values.rounds); round++) {
      const before = await metrics()
      await page.goto('about:blank')
      await page.goto(host.url)
      const ms = await waitFor({
        what: 'the page reacts',
        look: async () => Number(await page.evaluate('window.reactedAt ?? 0')),
        until: (reactedAt) => reactedAt > 0,
      })
      const after = await metrics()
      const loaded = (await page.evaluate(
        `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .map(({ name, duration, transferSize }) => ({ name, duration, transferSize }))`,
      )) as Loaded[]
      rounds.push({
        ms,
        answerMs: loaded.find(({ name }) => name.endsWith('/projects'))?.duration ?? Number.NaN,
        requests: loaded.length,
        bytes: loaded.reduce((sum, { transferSize }) => sum + transferSize, 0),
        calls: after.calls - before.calls,
        cpuMs: after.cpuMs - before.cpuMs,
      })
    }
    // In the first round the host and the browser are cold.
    const warm = rounds.slice(1)
    const middle = (figure: keyof (typeof warm)[number]) => median(warm.map((round) => round[figure]))
    return {
      ...{ projects, ms: middle('ms'), answerMs: middle('answerMs'), requests: middle('requests') },
      ...{ bytes: middle('bytes'), calls: middle('calls'), cpuMs: middle('cpuMs') },
    }
  } finally {
    await page.close()
    await host.stop()
    await cluster.stop()
    rmSync(dir, { recursive: true })
  }
}

try {
  const figures = [await measure(few), await measure(many)]
  process.stdout.write(
    table([
      [
        'projects',
        'reacts after ms',
        'the list, ms',
        'requests',
        'KB sent',
        'calls to Kubernetes',
        'CPU of the host, ms',
      ],
      ...figures.map(({ projects, ms, answerMs, requests, bytes, calls, cpuMs }) => [
        String(projects),
        ms.toFixed(0),
        answerMs.toFixed(0),
        String(requests),
        (bytes / 1000).toFixed(1),
        String(calls),
        cpuMs.toFixed(0),
      ]),
    ]),
  )
  const [small, large] = figures
  if (small && large)
    process.stdout.write(`with ${many} projects ${(large.ms / small.ms).toFixed(1)} times as long as with ${few}\n`)
  process.stdout.write(`${JSON.stringify({ bench: 'page', figures })}\n`)
} finally {
  await browser.close()
}
