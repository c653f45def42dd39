import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { downLab, upLab } from '../../dev/lab/index.ts'
import { inClusterConnection } from '../../shared/kubernetes/index.ts'
import { startScaleApi } from '../hosts.ts'
import { median, percentile, table } from './figures.ts'

const help = `npm run bench:latency: what the API adds to a GET of the same object

On the lab's real control plane, one request at a time over kept connections: the raw GET of a Deployment from the API
server, GET status through the in-cluster host, and GET /health of that host, which is the way there and back alone, in
turn. All three therefore see the same machine.

  --requests N   of each kind (default 10000)
  --help         this text
`

const { values } = parseArgs({ options: { requests: { type: 'string', default: '10000' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const requests = Number(values.requests)
// Until V8 has compiled what is hot, as it has in a host that has served for an hour.
const warmUp = 2000
const report = (line: string) => process.stderr.write(`${line}\n`)

const lab = await upLab({ name: 'bench', only: 'control-plane', report })
try {
  const apiKey = 'api-key-of-the-benchmark'
  const host = await startScaleApi({ ...lab.inClusterEnv, API_KEY: apiKey, LOG_LEVEL: 'info', PORT: '0' })
  // The same identity on both sides: the API server checks a ServiceAccount's token and rights for either.
  const { server, tls, authorization } = await inClusterConnection({
    host: lab.inClusterEnv.KUBERNETES_SERVICE_HOST ?? '',
    port: lab.inClusterEnv.KUBERNETES_SERVICE_PORT ?? '',
    serviceAccountDir: lab.inClusterEnv.KUBERNETES_SERVICE_ACCOUNT_DIR ?? '',
  }).access()
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

  for (let request = 0; request < warmUp; request++) {
    await rawGet()
    await apiGet()
    await hop()
  }
  const samples: Record<'raw' | 'api' | 'hop', number[]> = { raw: [], api: [], hop: [] }
  for (let request = 0; request < requests; request++) {
    samples.raw.push(await rawGet())
    samples.api.push(await apiGet())
    samples.hop.push(await hop())
  }
  await Promise.all([raw.close(), api.close(), host.stop()])

  const figures = {
    requests,
    rawP50Ms: median(samples.raw),
    apiP50Ms: median(samples.api),
    p50Ratio: median(samples.api) / median(samples.raw),
    rawP99Ms: percentile(samples.raw, 0.99),
    apiP99Ms: percentile(samples.api, 0.99),
    hopP50Ms: median(samples.hop),
    hopP99Ms: percentile(samples.hop, 0.99),
    p99Ratio: percentile(samples.api, 0.99) / percentile(samples.raw, 0.99),
  }
  const ms = (value: number) => value.toFixed(3)
  process.stdout.write(
    table([
      ['one at a time, ms', 'p50', 'p99'],
      ['raw GET from the API server', ms(figures.rawP50Ms), ms(figures.rawP99Ms)],
      ['GET status through the in-cluster host', ms(figures.apiP50Ms), ms(figures.apiP99Ms)],
      ['GET /health of that host, which calls nothing', ms(figures.hopP50Ms), ms(figures.hopP99Ms)],
      ['ratio of the first two (to stay under: 1.3)', figures.p50Ratio.toFixed(2), figures.p99Ratio.toFixed(2)],
    ]),
  )
  process.stdout.write(`${JSON.stringify({ bench: 'latency', ...figures })}\n`)
} finally {
  await downLab({ name: 'bench', report })
}
