import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { actions } from '../../page/view/address.ts'
import { en } from '../../page/words/en.ts'
import { ja } from '../../page/words/ja.ts'
import { projectStates } from '../../shared/scaling/index.ts'
import { complaintsOf, describeInBrowser, openBrowser, picture, tabTo, until, violationsOf } from './browser.ts'
import { hostile, markup } from './hostile.ts'
import { clippedIn, japaneseIn, strangersIn } from './inspect.ts'
import { longName, startWorld, type World } from './world.ts'

const projects = ['shop', 'payments', 'staging', 'ml-training', 'put-back', 'going-to-sleep']
const troubled = ['faulty', 'suspended', 'excluded', 'no-schedule', hostile, longName]

/** Each view: its address, and what is there when it is shown. */
const views: [name: string, hash: string, selector: string][] = [
  ['overview', '#/', '.row'],
  ['overview-without-a-match', '#/?text=nothing', 'p.card'],
  ['project-that-is-not-there', '#/projects/nobody', 'main > .soft [lang=en]'],
  ...[...projects, ...troubled].map((name): [string, string, string] => [
    `project-${name.slice(0, 20)}`,
    `#/projects/${name}`,
    '.wide',
  ]),
  ...actions.map((name): [string, string, string] => [name, `#/projects/shop/${name}`, 'dialog[open]']),
]

/** English that Japanese text has as it is: what people have written, and terms. */
const terms = [
  en.takenBack(''),
  markup,
  ja.title,
  'namespace',
  'API',
  'ACCESS',
  'Git',
  'Pod',
  'cron',
  'aks-scale-to-zero/managed=true',
  /\d:\d\d [A-Z]{3}/g,
  /kubectl .*/g,
]

/** The names of things in an answer, the longest first. */
function namesIn(answer: unknown): string[] {
  const keys = new Set(['name', 'kind', 'namespace', 'node', 'time_zone', 'by', 'scaled_by', 'value'])
  const names = new Set<string>()
  JSON.stringify(answer, (key, value) => {
    if (keys.has(key) && typeof value === 'string') names.add(value)
    return value
  })
  return [...names].sort((one, other) => other.length - one.length)
}

describeInBrowser('each view of the page', () => {
  let world: World
  let browser: Browser
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    world = await startWorld()
    browser = await openBrowser()
    page = await browser.newPage({ timezoneId: 'Asia/Tokyo' })
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

  // A complaint belongs to the test that has run into it.
  beforeEach(() => {
    complaints.length = 0
  })

  const shown = (selector: string) => page.locator(selector).first().waitFor()

  async function open(hash: string, selector: string): Promise<void> {
    await page.evaluate(`location.hash = '#/projects/-'`)
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await shown(selector)
    await until(page, `!/${en.loading}|${ja.loading}/.test(document.body.innerText)`)
  }

  async function begin(language: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    // A colour that is on its way to another is none that anybody reads.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(`localStorage.setItem('language', '${language}')`)
    await page.reload()
    await shown(`html[lang=${language}]`)
  }

  /** Expects that all of it can be read: on a small phone, where text is twice as large, and on a desk. */
  async function expectNothingClipped(name: string, of = page): Promise<void> {
    for (const [width, size] of [
      [320, '100%'],
      [640, '200%'],
      [1200, '100%'],
    ] as const) {
      await of.setViewportSize({ width, height: 900 })
      await of.evaluate(`document.documentElement.style.fontSize = '${size}'`)
      expect([name, width, await clippedIn(of)]).toEqual([name, width, []])
      await picture(of, `${name}-${width}`)
    }
  }

  test('there is a project in every state', async () => {
    const { projects } = (await world.ask('projects')) as { projects: { state: string }[] }
    const missing = projectStates.filter((state) => !projects.some((one) => one.state === state))
    expect(missing).toEqual([])
  })

  test.each(['en', 'ja'])(
    'in %s axe finds nothing in any, light or dark, and nothing is clipped',
    async (language) => {
      await begin(language)
      for (const [name, hash, selector] of views) {
        await open(hash, selector)
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme })
          expect([name, colorScheme, await violationsOf(page)]).toEqual([name, colorScheme, []])
          await picture(page, `${name}-${language}-${colorScheme}`)
        }
        await expectNothingClipped(`${name}-${language}`)
      }
      expect(complaints).toEqual([])
    },
    600_000,
  )

  test.each(['en', 'ja'])('in %s the key is asked for in words that axe has nothing against', async (locale) => {
    const stranger = await browser.newPage({ locale, reducedMotion: 'reduce' })
    await stranger.goto(world.url)
    await stranger.locator('.sign-in').waitFor()
    for (const colorScheme of ['dark', 'light'] as const) {
      await stranger.emulateMedia({ colorScheme })
      expect(await violationsOf(stranger)).toEqual([])
      await picture(stranger, `sign-in-${locale}-${colorScheme}`)
    }
    await expectNothingClipped(`sign-in-${locale}`, stranger)
    await stranger.close()
  })

  /** Expects that the hostile text is there, whole and as text, and that nothing has run or been refused. */
  async function expectText(selector: string): Promise<void> {
    // Some texts come in JSON, where quotation marks are escaped.
    await page
      .locator(selector, { hasText: /<img src=x onerror=\\?"document\.title=1/ })
      .first()
      .waitFor()
    expect(await strangersIn(page)).toEqual([])
    expect(await page.title()).not.toBe('1')
    expect(complaints).toEqual([])
  }

  test.each([
    ['an Event of the autoscaler', 'ml-training', '.waking .pods p'],
    ['the reason of a wake-up', 'ml-training', '.happened li'],
    ['an annotation of what holds a node', hostile, '.nodes .hold p'],
    ['an annotation of a workload', hostile, 'tbody small'],
    ['a message of Azure about a node', hostile, '.nodes li:not(.hold) p'],
    ['where prices are from', 'shop', '.savings + small'],
    ['the name of a day off', hostile, '.nights small'],
    ['the reason of a transition', hostile, '.transitions .left-out'],
    ['a fault of a cron line', 'faulty', '.need p'],
    ['a fault of an annotation', 'excluded', '.head p'],
    ['who has suspended it, and why', 'suspended', '.exceptions p'],
    ['the record of a workload', longName, 'tbody td'],
  ])('markup in %s is text, at %s', async (_what, project, selector) => {
    await open(`#/projects/${project}`, '.wide')
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true })`)
    await expectText(selector)
  })

  test('markup in the history is text: who, why, what failed, what holds a node, what was put back', async () => {
    await open(`#/projects/${hostile}`, '.happened li')
    const { history } = (await world.ask(`projects/${hostile}/history`)) as { history: object[] }
    expect(history).toHaveLength(10)
    const written = JSON.stringify(history).split('onerror').length - 1
    await page.locator('.happened li').nth(9).waitFor()
    const read = ((await page.locator('.happened').innerText()) ?? '').split('onerror').length - 1
    // All of it but the name of a key, which the message repeats.
    expect(read).toBe(written - 1)
    await expectText('.happened')
  })

  test('markup in the savings makes nothing of the chart', async () => {
    await open(`#/projects/${hostile}`, '.savings')
    const { projects: saved } = (await world.ask(`savings?project=${hostile}`)) as { projects: object[] }
    expect(JSON.stringify(saved)).toContain('onerror')
    const names = 'new Set([...document.querySelectorAll(".savings *")].map(({ localName }) => localName))'
    expect(await page.evaluate(`[...${names}].sort()`)).toEqual(['g', 'pattern', 'rect', 'title'])
    expect(await strangersIn(page)).toEqual([])
  })

  test.each([
    ['needs somebody', '#/', '.need p'],
    ['is asked for by an address', `#/?text=${encodeURIComponent(markup)}`, undefined],
    ['is the name of a project in an address', `#/projects/${encodeURIComponent(markup)}`, undefined],
  ])('markup is text where it %s', async (_where, hash, selector) => {
    await open(hash, selector ?? 'main .soft')
    if (selector) await expectText(selector)
    expect(await strangersIn(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  test.each(['en', 'ja'])('in %s markup in a dialog, its preview and what was done is text', async (language) => {
    await begin(language)
    await open(`#/projects/shop/skip?reason=${encodeURIComponent(markup)}`, 'dialog[open]')
    await page.locator('dialog .primary').click()
    await shown('dialog .preview')
    expect(await violationsOf(page)).toEqual([])
    await expectNothingClipped(`preview-${language}`)
    await page.locator('dialog .primary').click()
    await shown('.toast div')
    expect(await violationsOf(page)).toEqual([])
    await expectNothingClipped(`toast-${language}`)
    expect(await strangersIn(page)).toEqual([])
    await page.locator('.toast button').first().click()
    await page.locator('.toast button.plain').click()
  })

  test('the page in Japanese has no English but for names and what is marked as English', async () => {
    const spoken = new Set<string>()
    await begin('ja')
    for (const [, hash, selector] of views) {
      await open(hash, selector)
      for (const text of await japaneseIn(page)) spoken.add(text)
    }
    for (const action of ['sleep', 'skip', 'keep-awake']) {
      await open(`#/projects/shop/${action}?for=1h&reason=1`, 'dialog[open]')
      await page.locator('dialog .primary').click()
      await shown('dialog .preview')
      for (const text of await japaneseIn(page)) spoken.add(text)
    }
    const answers = [
      'projects',
      'projects/ml-training',
      ...[...projects, ...troubled].map((name) => `projects/${name}/workloads`),
    ]
    const names = namesIn(await Promise.all(answers.map((path) => world.ask(path))))
    const rest = (text: string) => [...terms, ...names].reduce<string>((left, one) => left.replaceAll(one, ''), text)
    expect([...spoken].filter((text) => /[A-Za-z]{2}/.test(rest(text)))).toEqual([])
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
