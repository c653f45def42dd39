import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { downLab, upLab } from '../../dev/lab/index.ts'
import { inClusterConnection } from '../../shared/kubernetes/index.ts'
import { startScaleApi } from '../hosts.ts'
import { percentile, table } from './figures.ts'

const help = `npm run bench:latency: measures what the API adds to a GET of the same object

On the lab's real control plane, it sends one request at a time over kept connections, in turn: the raw GET of a
Deployment from the API server, GET status through the in-cluster host, and GET /health of that host, which is only the
way there and back. So the load of the machine is the same for all three.

The figures cover all requests; beside each ratio stand the lowest and the highest ratio of a round. The slowest
hundredth of a round is a handful of requests, which say more about the machine than about the API.

  --rounds N     how many rounds, each of some seconds (default 60)
  --requests N   how many requests of each kind in a round (default 2000)
  --help         this text
`

/** How long each request took, in milliseconds, by kind of request. */
type Samples = Record<'raw' | 'api' | 'hop', number[]>

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    requests: { type: 'string', default: '2000' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const rounds = Number(values.rounds)
const requests = Number(values.requests)
// After these V8 has compiled the hot code, as in a host that has served for an hour.
const warmUp = 2000
const report = (line: string) => process.stderr.write(`${line}\n`)

const lab = await upLab({ name: 'bench', only: 'control-plane', report })
try {
  const apiKey = 'api-key-of-the-benchmark'
  const host = await startScaleApi({ ...lab.inClusterEnv, API_KEY: apiKey, LOG_LEVEL: 'info', PORT: '0' })
  // Both sides have the same identity: the API server checks a ServiceAccount's token and rights for either.
  const { server, tls, authorization } = await inClusterConnection(
    {
      host: lab.inClusterEnv.KUBERNETES_SERVICE_HOST ?? '',
      port: lab.inClusterEnv.KUBERNETES_SERVICE_PORT ?? '',
      serviceAccountDir: lab.inClusterEnv.KUBERNETES_SERVICE_ACCOUNT_DIR ?? '',
    },
    () => performance.now(),
  ).access()
  const raw = new Pool(new URL(server).origin, { connections: 1, allowH2: false, connect: tls })
  const api = new Pool(host.url, { connections: 1, allowH2: false })

  const get = async (pool: Pool, path: string, headers: Record<string, string>) => {
    const startedAt = performance.now()
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers })
    await body.json()
    if (statusCode !== 200) throw new Error(`GET ${path} answered ${statusCode}`)
    return performance.now() - startedAt
  }
  const rawGet = () =>
    get(raw, '/apis/apps/v1/namespaces/project-a/deployments/sample-app-a', {
      accept: 'application/json',
      ...(authorization !== undefined && { authorization }),
    })
  const apiGet = () =>
    get(api, '/api/v1/deployments/project-a/sample-app-a/status', { authorization: `Bearer ${apiKey}` })

  const hop = () => get(api, '/health', {})

  const measure = async (count: number): Promise<Samples> => {
    const samples: Samples = { raw: [], api: [], hop: [] }
    for (let request = 0; request < count; request++) {
      samples.raw.push(await rawGet())
      samples.api.push(await apiGet())
      samples.hop.push(await hop())
    }
    return samples
  }
  await measure(warmUp)
  const measured: Samples[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 10 === 0) report(`  ${round} of ${rounds} rounds`)
    measured.push(await measure(requests))
  }
  await Promise.all([raw.close(), api.close(), host.stop()])

  const columns = { p50: 0.5, p99: 0.99 }
  const figuresOf = (given: Samples[]) =>
    Object.entries(columns).map(([column, share]) => {
      const ms = (kind: keyof Samples) =>
        percentile(
          given.flatMap((samples) => samples[kind]),
          share,
        )
      const [rawMs, apiMs, hopMs] = [ms('raw'), ms('api'), ms('hop')]
      return { column, rawMs, apiMs, hopMs, ratio: apiMs / rawMs }
    })
  const all = figuresOf(measured)
  const ofRounds = measured.map((round) => figuresOf([round]))
  const ms = (figure: 'rawMs' | 'apiMs' | 'hopMs') => all.map((column) => column[figure].toFixed(3))
  const ratios = all.map(({ ratio }, column) => {
    const each = ofRounds.map((round) => round[column]?.ratio ?? Number.NaN)
    return `${ratio.toFixed(2)} (${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)})`
  })
  process.stdout.write(
    table([
      [`one request at a time, ms, ${rounds * requests} of each kind`, ...Object.keys(columns)],
      ['raw GET from the API server', ...ms('rawMs')],
      ['GET status through the in-cluster host', ...ms('apiMs')],
      ['GET /health of that host, which calls nothing', ...ms('hopMs')],
      ['GET status divided by raw GET (limit: 1.3)', ...ratios],
    ]),
  )
  process.stdout.write(`${JSON.stringify({ bench: 'latency', requests, rounds, all, ofRounds })}\n`)
} finally {
  await downLab({ name: 'bench', report })
}
