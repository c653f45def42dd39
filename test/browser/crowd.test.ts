import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startCluster } from '../../dev/cluster/index.ts'
import { crowd } from '../bench/page/crowd.ts'
import { startScaleApi } from '../hosts.ts'
import { describeInBrowser, openBrowser, until } from './browser.ts'
import { apiKey } from './served.ts'

const projects = 200
const rows = `document.querySelectorAll('.row').length`

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/crowd
// How soon it reacts is a matter of the machine: npm run bench:page
describeInBrowser('the overview of 200 projects', () => {
  test('asks at once, draws few rows first and then all, and finds one that is not drawn yet', async () => {
    await using ends = new AsyncDisposableStack()
    const dir = mkdtempSync(join(tmpdir(), 'crowd-'))
    ends.defer(() => rmSync(dir, { recursive: true }))
    const cluster = await startCluster({ projects: crowd(projects, { asleep: projects / 2 }), controllers: false })
    ends.defer(() => cluster.stop())
    writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
    const host = await startScaleApi({ KUBECONFIG: join(dir, 'kubeconfig'), API_KEY: apiKey })
    ends.defer(async () => {
      await host.stop()
    })
    const browser = await openBrowser()
    ends.defer(() => browser.close())
    const page = await browser.newPage()
    await page.addInitScript(`
      sessionStorage.setItem('keys', '{"apiKey":"${apiKey}"}')
      window.drawn = []
      const ask = fetch
      window.fetch = (...request) => {
        window.askedBefore ??= document.querySelector('header') === null
        return ask(...request)
      }
      new MutationObserver(() => drawn.push(${rows})).observe(document, { subtree: true, childList: true })`)

    await page.goto(host.url)
    await until(page, `${rows} === ${projects}`)
    expect(await page.evaluate('askedBefore')).toBe(true)
    const drawn = (await page.evaluate(`drawn.filter((count) => count > 0)`)) as number[]
    expect(drawn[0]).toBeLessThanOrEqual(25)
    expect(drawn.length).toBeGreaterThan(1)

    await page.reload()
    const last = `team-${projects - 1}-service`
    await page.getByRole('searchbox').fill(last)
    await until(page, `${rows} === 1`)
    expect(await page.locator('.row').textContent()).toContain(last)
  }, 60_000)
})
