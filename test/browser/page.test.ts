import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { complaintsOf, describeInBrowser, tabTo, until } from './browser.ts'
import { type PrefixProxy, startPrefixProxy } from './prefixProxy.ts'
import { apiKey, type Served, serve } from './served.ts'

const project = {
  name: 'project-a',
  namespaces: ['project-a'],
  scaleDown: ['0 22 * * *'],
  scaleUp: ['0 7 * * 1-5'],
  timeZone: 'Asia/Tokyo',
}

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/page
describeInBrowser('the page in a browser, behind a proxy with a path of its own', () => {
  let served: Served
  let proxy: PrefixProxy
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    served = await serve([project])
    proxy = await startPrefixProxy(served.hosts['the in-cluster host'].host.url)
    page = await served.browser.newPage()
    complaints = complaintsOf(page)
  }, 60_000)
  afterAll(async () => {
    await proxy?.stop()
    await served?.stop()
  })

  const shown = (selector: string) => page.locator(selector).first().waitFor()
  const gone = (selector: string) => page.locator(selector).waitFor({ state: 'detached' })

  /** Opens a view and waits for what is in it. */
  async function open(hash: string, selector: string): Promise<void> {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await shown(selector)
  }

  test('asks for the key once, and shows the projects', async () => {
    await page.goto(proxy.url)
    await shown('.sign-in input:focus')
    await page.keyboard.insertText('wrong')
    await page.keyboard.press('Enter')
    await shown('.sign-in [role=alert]')
    await page.keyboard.insertText(apiKey)
    await page.keyboard.press('Enter')
    await shown('.row')
    expect(page.url()).toBe(proxy.url)
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(apiKey)
  })

  test('puts a project to sleep by the keyboard alone: a preview comes first, and it is taken back', async () => {
    await open('#/', '.row')
    await tabTo(page, '.row .act a:last-child')
    await page.keyboard.press('Enter')
    await shown('dialog[open]')
    await tabTo(page, 'dialog input[list=reasons]')
    await page.keyboard.insertText('an early night')
    await page.keyboard.press('Enter')
    expect(await page.locator('dialog .preview').innerText()).toContain('2 → 0')
    await page.keyboard.press('Enter')
    await shown('.head.asleep')
    await page.locator('tbody', { hasText: 'an early night' }).waitFor()
    await tabTo(page, '.toast button')
    await page.keyboard.press('Enter')
    await shown('.head.awake')
    expect(complaints).toEqual([])
  }, 60_000)

  test('closes a dialog by Escape, and has changed nothing', async () => {
    await open('#/projects/project-a/sleep?reason=night', 'dialog[open]')
    await page.keyboard.press('Escape')
    await gone('dialog')
    expect(new URL(page.url()).hash).toBe('#/projects/project-a')
    await shown('.head.awake')
  })

  test('says a cron line in words', async () => {
    await open('#/projects/project-a/schedule', 'dialog textarea')
    await page.locator('dialog textarea + small', { hasText: '22:00' }).waitFor()
    await page.keyboard.press('Escape')
    await gone('dialog')
  })

  test('says that the host has gone, and comes back by itself', async () => {
    await page.goto('about:blank')
    await page.goto(proxy.url)
    await shown('.row')
    await proxy.stop()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await shown('.away')
    expect(await page.locator('.row').count()).toBe(1)
    proxy = await startPrefixProxy(served.hosts['the in-cluster host'].host.url, Number(new URL(proxy.url).port))
    await until(page, "document.querySelector('.away').hidden")
  }, 60_000)

  test('takes over a key from the address of the Functions host, and leaves it nowhere', async () => {
    const { host, key } = served.hosts['the Functions host']
    await page.goto(`${host.url}/?code=${key}`)
    await shown('.row')
    expect(page.url()).toBe(`${host.url}/`)
    const asked = await page.evaluate('performance.getEntriesByType("resource").map(({ name }) => name).join()')
    expect(asked).not.toContain(key)
    expect(complaints).toEqual([])
  }, 60_000)
})
