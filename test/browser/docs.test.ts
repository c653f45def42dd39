import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, startFunctions, startScaleApi } from '../hosts.ts'
import { complaintsOf, describeInBrowser, openBrowser } from './browser.ts'
import { startPrefixProxy } from './prefixProxy.ts'

const apiKey = 'api-key-of-the-tests'

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/docs
describeInBrowser('the reader at /docs in a browser, behind a proxy with a path of its own', () => {
  let dir: string
  let cluster: EmbeddedCluster
  let browser: Browser
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'docs-'))
    cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
    writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await cluster?.stop()
    rmSync(dir, { recursive: true })
  })

  const settings = () => ({ KUBECONFIG: join(dir, 'kubeconfig') })
  const hosts = [
    { name: 'the Functions host', query: `?code=${functionsKey}`, start: () => startFunctions(settings()) },
    { name: 'the in-cluster host', query: '', start: () => startScaleApi({ ...settings(), API_KEY: apiKey }) },
  ]

  test.each(hosts)(
    '$name shows every route, and a try answers',
    async ({ query, start }) => {
      const host = await start()
      const proxy = await startPrefixProxy(host.url)
      const page = await browser.newPage()
      const complaints = complaintsOf(page)
      try {
        await page.goto(`${proxy.url}docs${query}`)
        await page.locator('.opblock').nth(13).waitFor()
        if (query === '') {
          await page.locator('.btn.authorize').click()
          await page.locator('.auth-container input').fill(apiKey)
          await page.locator('.auth-container .authorize.btn').click()
          await page.locator('.btn-done').click()
        }
        const operation = page.locator('#operations-Projects-projects')
        await operation.locator('.opblock-summary-control').click()
        await operation.locator('.try-out__btn').click()
        await operation.locator('.execute').click()
        const status = operation.locator('.live-responses-table tbody .response-col_status').first()
        expect(await status.innerText()).toMatch(/^200/)
        expect(await operation.locator('.request-url pre').innerText()).toBe(`${proxy.url}api/v1/projects`)
        expect(complaints).toEqual([])
      } finally {
        await page.close()
        await proxy.stop()
        await host.stop()
      }
    },
    120_000,
  )
})
