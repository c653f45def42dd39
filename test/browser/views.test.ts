import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { actions } from '../../page/view/address.ts'
import { projectStates } from '../../shared/scaling/index.ts'
import { complaintsOf, describeInBrowser, openBrowser, picture, tabTo, violationsOf } from './browser.ts'
import { longName, markup, startWorld, type World } from './world.ts'

/** Each view: its address, and what is there when it is shown. */
const views: [name: string, hash: string, selector: string][] = [
  ['overview', '#/', '.row'],
  ['overview without a match', '#/?text=nothing', 'p.card'],
  ['project that is not there', '#/projects/nobody', 'main > .soft'],
  ...['shop', 'payments', 'staging', 'ml-training', 'put-back', 'faulty', 'suspended', 'excluded', longName].map(
    (name): [string, string, string] => [`project ${name.slice(0, 20)}`, `#/projects/${name}`, '.wide'],
  ),
  ...actions.map((name): [string, string, string] => [name, `#/projects/shop/${name}`, 'dialog[open]']),
]

describeInBrowser('each view of the page', () => {
  let world: World
  let browser: Browser
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    world = await startWorld()
    browser = await openBrowser()
    page = await browser.newPage()
    page.setDefaultTimeout(15_000)
    complaints = complaintsOf(page)
    await page.goto(world.url)
    await page.evaluate(`sessionStorage.setItem('keys', '{"apiKey":"${world.apiKey}"}')`)
    await begin('en')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  const shown = (selector: string) => page.locator(selector).first().waitFor()

  async function open(hash: string, selector: string): Promise<void> {
    await page.evaluate(`location.hash = '#/projects/-'`)
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await shown(selector)
  }

  async function begin(language: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(`localStorage.setItem('language', '${language}')`)
    await page.reload()
    await shown(`html[lang=${language}]`)
  }

  /** Expects that nothing is wider than the screen: on a small phone, and where text is twice as large. */
  async function expectNothingClipped(name: string): Promise<void> {
    for (const [width, size] of [
      [320, '100%'],
      [640, '200%'],
      [1200, '100%'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.evaluate(`document.documentElement.style.fontSize = '${size}'`)
      const wide = await page.evaluate(
        `[...document.querySelectorAll('main *, dialog, dialog *')]
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 200))`,
      )
      expect([width, wide]).toEqual([width, []])
      await picture(page, `${name}-${width}`)
    }
  }

  test('there is a project in every state but on its way to sleep', async () => {
    const { projects } = (await world.ask('projects')) as { projects: { state: string }[] }
    const missing = projectStates.filter((state) => !projects.some((one) => one.state === state))
    expect(missing).toEqual(['going-to-sleep'])
  })

  test.each(['en', 'ja'])(
    'in %s axe finds nothing in any, and nothing is clipped',
    async (language) => {
      await begin(language)
      for (const [name, hash, selector] of views) {
        await open(hash, selector)
        expect([name, await violationsOf(page)]).toEqual([name, []])
        await expectNothingClipped(`${name}-${language}`)
      }
      expect(complaints).toEqual([])
    },
    300_000,
  )

  test('in the dark all of it can be read', async () => {
    await begin('en', 'dark')
    for (const [name, hash, selector] of views) {
      await open(hash, selector)
      expect([name, await violationsOf(page, ['color-contrast'])]).toEqual([name, []])
      await picture(page, `${name}-dark`)
    }
  }, 120_000)

  test('asks for the key in words that axe has nothing against', async () => {
    const stranger = await browser.newPage()
    await stranger.goto(world.url)
    await stranger.locator('.sign-in').waitFor()
    expect(await violationsOf(stranger)).toEqual([])
    await picture(stranger, 'sign-in')
    await stranger.close()
  })

  test.each([
    ['#/projects/ml-training', '.happened', 'the history'],
    ['#/projects/faulty', '.need', 'a fault'],
    ['#/projects/suspended', '.exceptions', 'an exception'],
    [`#/projects/${longName}`, 'tbody', 'a record'],
  ])('markup at %s in %s is text, as %s has it', async (hash, selector) => {
    await open(hash, selector)
    await page.locator(selector, { hasText: '<img src=x onerror=' }).first().waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).not.toBe('1')
  })

  test('markup in a dialog, its preview and what was done is text', async () => {
    await open(`#/projects/shop/skip?reason=${encodeURIComponent(markup)}`, 'dialog[open]')
    await page.locator('dialog .primary').click()
    await shown('dialog .preview')
    expect(await violationsOf(page)).toEqual([])
    await expectNothingClipped('preview')
    await page.locator('dialog .primary').click()
    await shown('.toast div')
    expect(await violationsOf(page)).toEqual([])
    await picture(page, 'toast')
    expect(await page.locator('img').count()).toBe(0)
    await page.locator('.toast button').first().click()
    await page.locator('.toast button.plain').click()
  })

  const departures = async () => {
    const { project } = (await world.ask('projects/shop')) as {
      project: { state: string; exceptions: { exception: string }[]; schedule: { from: string } }
    }
    return { ...project, exceptions: project.exceptions.map(({ exception }) => exception) }
  }
  const byKeys: [(typeof actions)[number], () => Promise<void>, object][] = [
    ['keep-awake', () => choose(), { exceptions: ['awake-until', 'holidays'] }],
    ['follow-schedule', async () => {}, { exceptions: ['holidays'] }],
    ['skip', async () => {}, { exceptions: ['skip', 'holidays'] }],
    ['sleep', async () => {}, { nodes: { should_be_asleep: true } }],
    ['wake', async () => {}, { nodes: { should_be_asleep: false } }],
    ['keep-asleep', () => enterTime(), { nodes: { should_be_asleep: true } }],
    ['schedule', async () => {}, { schedule: { from: 'namespace' } }],
  ]

  async function choose(): Promise<void> {
    await tabTo(page, 'dialog input[type=radio]')
    await page.keyboard.press('Space')
  }

  async function enterTime(): Promise<void> {
    await tabTo(page, 'dialog input[type=datetime-local]')
    await page.keyboard.type('01092027')
    await page.keyboard.press('Tab')
    await page.keyboard.type('1200PM')
  }

  test.each(byKeys)('%s is done by the keyboard alone', async (name, fill, expected) => {
    await begin('en')
    await open('#/projects/shop', '.head')
    await tabTo(page, `.head .act a[href$="/${name}"]`)
    await page.keyboard.press('Enter')
    await shown('dialog[open]')
    await fill()
    await tabTo(page, 'dialog input[list=reasons]')
    await page.keyboard.insertText('by keys')
    await page.keyboard.press('Enter')
    await shown('dialog .preview')
    await page.keyboard.press('Enter')
    await shown('.toast div')
    expect(await departures()).toMatchObject(expected)
    expect(await page.locator('dialog').count()).toBe(0)
  })

  test('on paper there are all rows in black on white, and nothing to press', async () => {
    await begin('en', 'dark')
    await open('#/', '.row')
    const { projects } = (await world.ask('projects')) as { projects: object[] }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await picture(page, 'print')
    expect(await page.locator('.row:visible').count()).toBe(projects.length)
    expect(await page.locator(':is(button, .button, input):visible').count()).toBe(0)
    expect(
      await page.evaluate('[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]'),
    ).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    await page.emulateMedia({ media: null })
    await open('#/projects/shop', '.happened li')
    await page.emulateMedia({ media: 'print' })
    const { history } = (await world.ask('projects/shop/history')) as { history: object[] }
    expect(await page.locator('.happened li:visible').count()).toBe(history.length)
    await page.emulateMedia({ media: null })
  })

  test.each([
    ['no-preference', true],
    ['reduce', false],
  ] as const)('with the preference %s for motion, it is %s that something moves', async (reducedMotion, moves) => {
    await page.emulateMedia({ reducedMotion })
    await open('#/', '.row')
    const durations = await page.evaluate(
      `[...document.querySelectorAll('*')].map((one) => getComputedStyle(one))
        .filter(({ transitionDuration, animationName }) => transitionDuration !== '0s' || animationName !== 'none').length`,
    )
    expect(Number(durations) > 0).toBe(moves)
  })
})
