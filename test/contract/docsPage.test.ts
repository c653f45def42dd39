import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { docsFiles } from '../../shared/api/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'

const built = fileURLToPath(new URL('../../dist/', import.meta.url))
const apiKey = 'api-key-of-the-tests'

let dir: string
let cluster: EmbeddedCluster
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'docs-'))
  cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
})
afterAll(async () => {
  await cluster?.stop()
  rmSync(dir, { recursive: true })
})

const settings = () => ({ KUBECONFIG: join(dir, 'kubeconfig') })
const hosts = [
  {
    name: 'the Functions host',
    folder: 'app',
    query: `?code=${functionsKey}`,
    start: () => startFunctions(settings()),
  },
  {
    name: 'the in-cluster host',
    folder: 'scale-api',
    query: '',
    start: () => startScaleApi({ ...settings(), API_KEY: apiKey }),
  },
]

describe.each(hosts)('the page at /docs of $name', ({ folder, query, start }) => {
  let host: Host
  beforeAll(async () => {
    host = await start()
  })
  afterAll(() => host?.stop())

  const get = (path: string, init: RequestInit = {}) => fetch(`${host.url}${path}${query}`, init)

  test('runs no script of its own text and loads nothing from elsewhere', async () => {
    const page = await get('/docs')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none';")
    expect(policy).toContain("script-src 'self'; style-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    const text = await page.text()
    expect(text).not.toMatch(/https?:|<style|style=|<script(?! src="docs\/)| on\w+=/)
    const loaded = [...text.matchAll(/(?:src|href)="docs\/([^"?]+)/g)].map(([, file]) => file)
    expect(loaded.sort()).toEqual(Object.keys(docsFiles).sort())
  })

  test.each(Object.entries(docsFiles))('has %s, which a browser keeps', async (file, type) => {
    const answer = await get(`/docs/${file}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
    expect(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(`${built}${folder}/docs/${file}`))).toBe(true)
    const etag = answer.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const head = await get(`/docs/${file}`, { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
    const again = await get(`/docs/${file}`, { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
  })

  test('has no other file', async () => {
    for (const file of ['package.json', '..%2Findex.js', '%2e%2e%2fmain.js']) {
      expect((await get(`/docs/${file}`)).status).toBeGreaterThanOrEqual(400)
    }
  })
})
