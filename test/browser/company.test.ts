import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'
import { describeInBrowser } from './browser.ts'
import { apiKey, type Served, serve } from './served.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const namespace = 'project-a'
const due = new Date(Math.ceil(Date.now() / minuteMs) * minuteMs + 40 * minuteMs)
const project = {
  name: namespace,
  namespaces: [namespace],
  scaleDown: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`,
  scaleUp: `${due.getUTCMinutes()} ${(due.getUTCHours() + 8) % 24} * * *`,
  timeZone: 'UTC',
}

// CHROMIUM=/usr/bin/chromium npm test -- --testPathPatterns browser/company
describeInBrowser('people who do not know of each other, and of the time', () => {
  let served: Served
  let client: ReturnType<typeof clusterAt>
  beforeAll(async () => {
    served = await serve([project])
    client = clusterAt(served.cluster.url)
  }, 60_000)
  afterAll(async () => {
    await client?.close()
    await served?.stop()
  })

  async function signIn(page: Page): Promise<Page> {
    await page.goto(`${served.hosts['the in-cluster host'].host.url}/`)
    await page.getByLabel('Key').fill(apiKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.row').waitFor()
    return page
  }

  /** Opens an action and has it shown what it would do. The answer does it. */
  async function prepare(page: Page, action: string): Promise<() => Promise<void>> {
    await page.evaluate(`location.hash = '#/projects/${namespace}/${action}?reason=at+once'`)
    await page.getByRole('button', { name: 'Show what would change' }).click()
    const perform = page.getByRole('button', { name: 'Do it' })
    await perform.waitFor()
    return () => perform.click()
  }

  const replicas = async () =>
    (await client.cluster.getWorkload({ kind: 'Deployment', namespace, name: 'sample-app-a' })).desiredReplicas

  test('two who press opposite buttons at once are both told what came of it, and see the same', async () => {
    const [one, other] = await Promise.all([
      signIn(await served.browser.newPage()),
      signIn(await served.browser.newPage()),
    ])
    for (const _round of ['first', 'second', 'third']) {
      const presses = [await prepare(one, 'sleep'), await prepare(other, 'wake')]
      await Promise.all(presses.map((press) => press()))
      for (const page of [one, other]) await page.locator('.toast p, dialog .hold').first().waitFor()
      for (const page of [one, other]) await page.keyboard.press('Escape')
      const count = await replicas()
      expect([0, 2]).toContain(count)
      for (const page of [one, other]) {
        await page.reload()
        await page.locator(count === 0 ? '.head.asleep' : '.head.awake').waitFor()
      }
    }
    const wake = await prepare(one, 'wake')
    await wake()
    await waitFor({ what: 'all of it is back', look: replicas, until: (count) => count === 2 })
    await one.close()
    await other.close()
  }, 120_000)

  test.each([10, -10])(
    'a clock that is wrong by %i minutes changes neither the countdown nor the calendar',
    async (wrong) => {
      const page = await served.browser.newPage()
      await page.clock.install({ time: Date.now() + wrong * minuteMs })
      await signIn(page)
      expect(Number(await page.evaluate('Date.now()')) - Date.now()).toBeGreaterThan(wrong * minuteMs - 2 * minuteMs)
      const told = await page.locator('.row .state time').last().innerText()
      const [, left = ''] = /in (\d+) min/.exec(told) ?? []
      expect(Math.abs(Number(left) - (due.getTime() - Date.now()) / minuteMs)).toBeLessThan(2)
      const share = (from: number, lengthMs: number) => (1000 * (Date.now() - from)) / lengthMs
      const hour = Math.floor(Date.now() / hourMs) * hourMs
      const now = page.locator('line.now').first()
      const shown = async () => Number(await now.getAttribute('x1'))
      expect(Math.abs((await shown()) - share(hour, 48 * hourMs))).toBeLessThan(1)
      await page.getByRole('link', { name: namespace, exact: true }).click()
      await page.locator('.nights li').nth(13).waitFor()
      const day = Math.floor(Date.now() / (24 * hourMs)) * 24 * hourMs
      expect(Math.abs((await shown()) - share(day, 24 * hourMs))).toBeLessThan(2)
      await page.close()
    },
  )
})
