import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { openPage, type Page } from './browser.ts'
import { type PrefixProxy, startPrefixProxy } from './prefixProxy.ts'

const { CHROMIUM: chromium, PICTURES: pictures } = process.env
const apiKey = 'api-key-of-the-tests'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const project = {
  name: 'project-a',
  namespaces: ['project-a'],
  scaleDown: ['0 22 * * *'],
  scaleUp: ['0 7 * * 1-5'],
  timeZone: 'Asia/Tokyo',
}
const markup = '<img src=x onerror="document.title=1">'

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns contract/pageInBrowser
// With PICTURES=folder it also writes a picture of each view.
;(chromium === undefined ? describe.skip : describe)(
  'the page in a browser, behind a proxy with a path of its own',
  () => {
    let dir: string
    let cluster: EmbeddedCluster
    let host: Host
    let proxy: PrefixProxy
    let page: Page
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'page-'))
      cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
      writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
      const settings = { KUBECONFIG: join(dir, 'kubeconfig'), PROJECTS: JSON.stringify([project]) }
      host = await startScaleApi({ ...settings, API_KEY: apiKey })
      proxy = await startPrefixProxy(host.url)
      page = await openPage(chromium ?? '')
      await page.show({ width: 1200 })
    }, 60_000)
    afterAll(async () => {
      await page?.close()
      await proxy?.stop()
      await host?.stop()
      await cluster?.stop()
      rmSync(dir, { recursive: true })
    })

    const until = (what: string, expression: string) =>
      waitFor({ what, look: () => page.run(expression), until: (found) => Boolean(found) })
    const has = (selector: string) => `document.querySelector(${JSON.stringify(selector)}) !== null`
    const focused = (selector: string) => `document.activeElement.matches(${JSON.stringify(selector)})`

    /** Goes on with the key Tab, as somebody without a mouse does, until it is there. */
    async function tabTo(selector: string): Promise<void> {
      for (let presses = 0; presses < 60; presses++) {
        if (await page.run(focused(selector))) return
        await page.press('Tab')
      }
      throw new Error(`Tab never comes to ${selector}`)
    }

    /** Opens a view and waits for what is in it. */
    async function open(hash: string, selector: string): Promise<void> {
      await page.run(`location.hash = ${JSON.stringify(hash)}`)
      await until(`${hash} is shown`, has(selector))
    }

    test('asks for the key once, and shows the projects', async () => {
      await page.goto(proxy.url)
      await until('a key is asked for', has('.sign-in input'))
      await page.type('wrong')
      await page.press('Enter')
      await until('the wrong key is refused', has('.sign-in [role=alert]'))
      await page.type(apiKey)
      await page.press('Enter')
      await until('the project is listed', has('.row'))
      expect(await page.run('location.href')).toBe(proxy.url)
      expect(await page.run('JSON.stringify(localStorage)')).not.toContain(apiKey)
    })

    test('puts a project to sleep by the keyboard alone: a preview comes first, and it is taken back', async () => {
      await open('#/', '.row')
      await tabTo('.row .act a:last-child')
      await page.press('Enter')
      await until('the dialog is open', has('dialog[open]'))
      await tabTo('dialog input[list=reasons]')
      await page.type(markup)
      await page.press('Enter')
      await until('it shows what would change', has('dialog .preview'))
      expect(await page.run("document.querySelector('.preview').innerText")).toContain('2 → 0')
      await page.press('Enter')
      await until('it is done', has('.toast button'))
      await until('the project sleeps', "document.querySelector('.head').matches('.asleep')")
      await until(
        'the reason is there as text',
        `document.querySelector('tbody').innerText.includes(${JSON.stringify(markup)})`,
      )
      expect(await page.run('document.images.length')).toBe(0)
      await tabTo('.toast button')
      await page.press('Enter')
      await until('it is awake again', "document.querySelector('.head').matches('.awake')")
      expect(page.complaints).toEqual([])
    }, 60_000)

    test('closes a dialog by Escape, and has changed nothing', async () => {
      await open('#/projects/project-a/sleep?reason=night', 'dialog[open]')
      await page.press('Escape')
      await until('it is closed', `!(${has('dialog')})`)
      expect(await page.run('location.hash')).toBe('#/projects/project-a')
      expect(await page.run("document.querySelector('.head').matches('.awake')")).toBe(true)
    })

    test('says a cron line in words', async () => {
      await open('#/projects/project-a/schedule', 'dialog textarea')
      await until(
        'the words are there',
        "/22:00/.test(document.querySelector('dialog textarea + small')?.innerText ?? '')",
      )
      await page.press('Escape')
      await until('it is closed', `!(${has('dialog')})`)
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
        await page.run(`localStorage.setItem('language', '${language}')`)
        await page.show({ width: 1200, theme })
        await page.goto('about:blank')
        await page.goto(`${proxy.url}${hash}`)
        await until(`${name} is shown`, has(selector))
        expect(await page.run('document.documentElement.lang')).toBe(language)
        await page.run(axe)
        const found = await page.run(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
        )
        expect(found).toEqual([])
        for (const [width, size] of [
          [320, '100%'],
          [640, '200%'],
          [1200, '100%'],
        ] as const) {
          await page.show({ width, theme })
          await page.run(`document.documentElement.style.fontSize = '${size}'`)
          expect(await page.run('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
          if (pictures === undefined) continue
          mkdirSync(pictures, { recursive: true })
          writeFileSync(join(pictures, `${name}-${language}-${theme}-${width}.png`), await page.picture())
        }
        expect(page.complaints).toEqual([])
      },
      60_000,
    )

    test('says that the host has gone, and comes back by itself', async () => {
      await page.goto('about:blank')
      await page.goto(proxy.url)
      await until('the project is listed', has('.row'))
      await proxy.stop()
      await page.run("document.dispatchEvent(new Event('visibilitychange'))")
      await until('it says so', "document.querySelector('.away').hidden === false")
      expect(await page.run(has('.row'))).toBe(true)
      proxy = await startPrefixProxy(host.url, Number(new URL(proxy.url).port))
      await until('it is back', "document.querySelector('.away').hidden")
    }, 60_000)

    test('takes over a key from the address of the Functions host, and leaves it nowhere', async () => {
      const settings = { KUBECONFIG: join(dir, 'kubeconfig'), PROJECTS: JSON.stringify([project]) }
      const functions = await startFunctions(settings)
      try {
        await page.goto(`${functions.url}/?code=${functionsKey}`)
        await until('the project is listed', has('.row'))
        expect(await page.run('location.href')).toBe(`${functions.url}/`)
        expect(await page.run('performance.getEntriesByType("resource").map(({ name }) => name).join()')).not.toContain(
          functionsKey,
        )
        expect(page.complaints).toEqual([])
      } finally {
        await functions.stop()
      }
    }, 60_000)
  },
)
