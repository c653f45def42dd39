import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { complaintsOf, describeInBrowser } from './browser.ts'
import { startPrefixProxy } from './prefixProxy.ts'
import { hostNames, type Served, serve } from './served.ts'

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/docs
describeInBrowser('the reader at /docs in a browser, behind a proxy with a path of its own', () => {
  let served: Served
  beforeAll(async () => {
    served = await serve([])
  }, 60_000)
  afterAll(() => served?.stop())

  test.each(hostNames)(
    '%s shows every route, and a try answers',
    async (name) => {
      const { host, key } = served.hosts[name]
      const isFunctions = name === 'the Functions host'
      const proxy = await startPrefixProxy(host.url)
      const page = await served.browser.newPage()
      const complaints = complaintsOf(page)
      try {
        await page.goto(`${proxy.url}docs${isFunctions ? `?code=${key}` : ''}`)
        await page.locator('.opblock').nth(13).waitFor()
        if (!isFunctions) {
          await page.locator('.btn.authorize').click()
          await page.locator('.auth-container input').fill(key)
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
      }
    },
    120_000,
  )
})
