import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { pageFiles } from '../../shared/api/contract/pageFiles.ts'
import { type Host, startFunctions, startScaleApi } from '../hosts.ts'

const built = fileURLToPath(new URL('../../dist/', import.meta.url))

let dir: string
let cluster: EmbeddedCluster
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'page-'))
  cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
})
afterAll(async () => {
  await cluster?.stop()
  rmSync(dir, { recursive: true })
})

const settings = () => ({ KUBECONFIG: join(dir, 'kubeconfig') })
const hosts = [
  { name: 'the Functions host', folder: 'app', start: () => startFunctions(settings()) },
  {
    name: 'the in-cluster host',
    folder: 'scale-api',
    start: () => startScaleApi({ ...settings(), API_KEY: 'api-key-of-the-tests' }),
  },
]

describe.each(hosts)('the page of $name', ({ folder, start }) => {
  let host: Host
  beforeAll(async () => {
    host = await start()
  })
  afterAll(() => host?.stop())

  const get = (path: string, init: RequestInit = {}) => fetch(`${host.url}${path}`, init)

  test('opens without a key, and tells nothing that needs one', async () => {
    const shell = await get('/')
    expect([shell.status, shell.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await shell.text()).toBe(readFileSync(`${built}${folder}/page/index.html`, 'utf8'))
    expect((await get('/api/v1/projects')).status).toBe(401)
  })

  test('runs no script of its own text, loads nothing from elsewhere, and is in no frame', async () => {
    const shell = await get('/')
    const policy = shell.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(shell.headers.get('referrer-policy')).toBe('no-referrer')
    const text = await shell.text()
    expect(text).not.toMatch(/https?:|<style|style=| on\w+=|(?:src|href)="\//)
  })

  test.each(Object.entries(pageFiles))('has %s, which a browser asks for once a version', async (file, type) => {
    const answer = await get(`/page/${file}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(`${built}${folder}/page/${file}`))).toBe(true)
    const etag = answer.headers.get('etag') ?? ''
    const again = await get(`/page/${file}`, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  test('has no other file', async () => {
    for (const file of ['index.html', '..%2Findex.js', '%2e%2e%2fmain.js'])
      expect((await get(`/page/${file}`)).status).toBeGreaterThanOrEqual(400)
  })

  test('is less than 60 KB in at most 4 requests, all of it', () => {
    const files = ['index.html', ...Object.keys(pageFiles)]
    const bytes = files.map((file) => gzipSync(readFileSync(`${built}${folder}/page/${file}`)).length)
    expect(files.length).toBeLessThanOrEqual(4)
    expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(60_000)
  })
})
