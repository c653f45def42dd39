import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { complaintsOf, describeInBrowser, openBrowser, picture, tabTo, until, violationsOf } from './browser.ts'
import { type PrefixProxy, startPrefixProxy } from './prefixProxy.ts'

const apiKey = 'api-key-of-the-tests'
const project = {
  name: 'project-a',
  namespaces: ['project-a'],
  scaleDown: ['0 22 * * *'],
  scaleUp: ['0 7 * * 1-5'],
  timeZone: 'Asia/Tokyo',
}
const markup = '<img src=x onerror="document.title=1">'

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/page
// With PICTURES=folder it also writes a picture of each view.
describeInBrowser('the page in a browser, behind a proxy with a path of its own', () => {
  let dir: string
  let cluster: EmbeddedCluster
  let host: Host
  let proxy: PrefixProxy
  let browser: Browser
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'page-'))
    cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
    writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
    const settings = { KUBECONFIG: join(dir, 'kubeconfig'), PROJECTS: JSON.stringify([project]) }
    host = await startScaleApi({ ...settings, API_KEY: apiKey })
    proxy = await startPrefixProxy(host.url)
    browser = await openBrowser()
    page = await browser.newPage()
    complaints = complaintsOf(page)
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await proxy?.stop()
    await host?.stop()
    await cluster?.stop()
    rmSync(dir, { recursive: true })
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
    await page.keyboard.insertText(markup)
    await page.keyboard.press('Enter')
    expect(await page.locator('dialog .preview').innerText()).toContain('2 → 0')
    await page.keyboard.press('Enter')
    await shown('.head.asleep')
    await page.locator('tbody', { hasText: markup }).waitFor()
    expect(await page.locator('img').count()).toBe(0)
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

  const views = [
    ['overview', '#/', '.row'],
    ['project', '#/projects/project-a', '.nights li:nth-child(14)'],
    ['keep-awake', '#/projects/project-a/keep-awake', 'dialog[open]'],
    ['schedule', '#/projects/project-a/schedule', 'dialog textarea'],
  ] as const
  const looks = views.flatMap((view) =>
    (['en', 'ja'] as const).flatMap((language) =>
      (['light', 'dark'] as const).map((theme) => [...view, language, theme] as const),
    ),
  )

  test.each(looks)(
    '%s at %s with %s in %s, %s: axe finds nothing, and nothing is clipped',
    async (...look) => {
      const [name, hash, selector, language, theme] = look
      await page.evaluate(`localStorage.setItem('language', '${language}')`)
      await page.emulateMedia({ colorScheme: theme })
      await page.goto('about:blank')
      await page.goto(`${proxy.url}${hash}`)
      await shown(selector)
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
      expect(await violationsOf(page)).toEqual([])
      for (const [width, size] of [
        [320, '100%'],
        [640, '200%'],
        [1200, '100%'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.evaluate(`document.documentElement.style.fontSize = '${size}'`)
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
        await picture(page, `${name}-${language}-${theme}-${width}`)
      }
      expect(complaints).toEqual([])
    },
    60_000,
  )

  test('says that the host has gone, and comes back by itself', async () => {
    await page.goto('about:blank')
    await page.goto(proxy.url)
    await shown('.row')
    await proxy.stop()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await shown('.away')
    expect(await page.locator('.row').count()).toBe(1)
    proxy = await startPrefixProxy(host.url, Number(new URL(proxy.url).port))
    await until(page, "document.querySelector('.away').hidden")
  }, 60_000)

  test('takes over a key from the address of the Functions host, and leaves it nowhere', async () => {
    const settings = { KUBECONFIG: join(dir, 'kubeconfig'), PROJECTS: JSON.stringify([project]) }
    const functions = await startFunctions(settings)
    try {
      await page.goto(`${functions.url}/?code=${functionsKey}`)
      await shown('.row')
      expect(page.url()).toBe(`${functions.url}/`)
      expect(
        await page.evaluate('performance.getEntriesByType("resource").map(({ name }) => name).join()'),
      ).not.toContain(functionsKey)
      expect(complaints).toEqual([])
    } finally {
      await functions.stop()
    }
  }, 60_000)
})
