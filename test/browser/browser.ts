import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'
import { waitFor } from '../waitFor.ts'

const { CHROMIUM, PICTURES: folder } = process.env
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Describes what needs a browser. It is left out where CHROMIUM, the path of a Chromium's program, is not set. */
export const describeInBrowser = CHROMIUM ? describe : describe.skip

/** Opens Chromium without a window. Each `newPage()` of it is another person at another browser: nothing is shared. */
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM ?? '' })

/**
 * What is wrong in a page from now on: what its content security policy has refused, the exceptions that it has thrown.
 * An answer that is an error is not: the page is told of those, and says what they mean.
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
  return complaints
}

/** Waits until an expression holds in a page. What a locator says, such as that something is visible, waits by itself. */
export const until = (page: Page, expression: string): Promise<unknown> =>
  waitFor({ what: expression, look: () => page.evaluate(expression), until: Boolean })

/** Goes on with the key Tab, as somebody without a mouse does, until the focus is on what a selector finds. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  const focused = page.locator(':focus').and(page.locator(selector))
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused.count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${selector}`)
}

/** What axe finds wrong in a page; without rules it runs all of them. */
export async function violationsOf(page: Page, rules?: string[]): Promise<unknown> {
  await page.evaluate(axe)
  const options = JSON.stringify(rules === undefined ? {} : { runOnly: rules })
  return page.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
  )
}

/** Writes a picture of the whole page as `<name>.png`, where PICTURES names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
