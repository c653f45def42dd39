import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { BrowserContext, Page } from 'playwright-core'
import { describeInBrowser } from './browser.ts'
import { hostNames, type Served, serve } from './served.ts'

const project = { name: 'project-a', namespaces: ['project-a'], scaleDown: '0 22 * * *', scaleUp: '0 7 * * *' }

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/keys
describeInBrowser('a key is in no place where it must not be', () => {
  let served: Served
  beforeAll(async () => {
    served = await serve([project])
  }, 60_000)
  afterAll(() => served?.stop())

  /** Every address that a browser asks for, or goes back to, and all that it keeps for longer than a tab. */
  async function watch(context: BrowserContext): Promise<{ page: Page; addresses: string[] }> {
    const addresses: string[] = []
    const page = await context.newPage()
    page.on('request', (request) => addresses.push(request.url(), request.headers().referer ?? ''))
    return { page, addresses }
  }

  async function kept(page: Page): Promise<string> {
    const devTools = await page.context().newCDPSession(page)
    const parts = [
      page.url(),
      await devTools.send('Page.getNavigationHistory'),
      await page.context().storageState({ indexedDB: true }),
      await page.evaluate('caches.keys()'),
      await page.evaluate('document.cookie + window.name + JSON.stringify(history.state)'),
      await page.content(),
    ]
    return JSON.stringify(parts)
  }

  test.each(hostNames)('entered at %s: not in an address, the log, the history or what stays', async (name) => {
    const { host, key } = served.hosts[name]
    const context = await served.browser.newContext()
    const { page, addresses } = await watch(context)
    await page.goto(`${host.url}/`)
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'project-a', exact: true }).click()
    await page.locator('.head').waitFor()
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).toContain(key)
    expect(addresses.join(' ')).not.toContain(key)
    expect(await kept(page)).not.toContain(key)
    expect(host.output()).not.toContain(key)

    await page.close()
    const later = await context.newPage()
    await later.goto(`${host.url}/`)
    await later.getByLabel('Key').waitFor()
    expect(await later.evaluate('JSON.stringify(sessionStorage) + JSON.stringify(localStorage)')).not.toContain(key)
    await context.close()
  })

  test.each(hostNames)('brought by the address of %s: taken out of it, and asked for nowhere again', async (name) => {
    const { host, key } = served.hosts[name]
    const context = await served.browser.newContext()
    const { page, addresses } = await watch(context)
    await page.goto(`${host.url}/?code=${key}#/projects/project-a`)
    await page.locator('.head, .sign-in').first().waitFor()
    expect(page.url()).toBe(`${host.url}/#/projects/project-a`)
    // The first is the address itself.
    expect(addresses.slice(1).join(' ')).not.toContain(key)
    expect(await kept(page)).not.toContain(key)
    expect(host.output()).not.toContain(key)
    await page.goto('about:blank')
    await page.goBack()
    expect(page.url()).toBe(`${host.url}/#/projects/project-a`)
    await context.close()
  })

  test('is forgotten when somebody says so', async () => {
    const { host, key } = served.hosts['the in-cluster host']
    const page = await served.browser.newPage()
    await page.goto(`${host.url}/`)
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Forget the keys' }).click()
    await page.getByLabel('Key').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await page.close()
  })
})
