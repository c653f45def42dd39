import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import type { Browser, Page } from 'playwright-core'
import { complaintsOf, describeInBrowser, openBrowser, picture, tabTo } from '../browser/browser.ts'
import { functionsKey, type Host, startScaleApi } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { nodesOf, type OwnFunctions, startOwnFunctions } from './ownFunctions.ts'
import { samplesOf, unlessGone } from './samples.ts'
import { readTarget } from './target.ts'

const { kubeconfig, kubectl: program, apiKey, inClusterEnv } = readTarget()
const samples = samplesOf(kubeconfig)
const minutes = (count: number) => count * 60_000
const config = new KubeConfig()
config.loadFromFile(kubeconfig)
const core = config.makeApiClient(CoreV1Api)
const forgotten = { namespace: 'project-b', name: 'forgotten-job' }

const steps = ['Waiting for a node', 'Node starting', 'Pulling image', 'Starting', 'Ready']
const kubectl = (...args: string[]) => execFileSync(program, ['--kubeconfig', kubeconfig, ...args])

// CHROMIUM=/usr/bin/chromium npm run e2e -- --testPathPatterns e2e/page
// With PICTURES=folder it also writes a picture of each step.
describeInBrowser('an evening at the page of both hosts, whose timers run by themselves', () => {
  let due: Date
  let own: OwnFunctions | undefined
  let scaleApi: Host | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    for (const sample of ['a', 'b'] as const) {
      await samples.forget(sample)
      await samples.waitUntilRunning(sample)
    }
    await core.createNamespacedPod({ namespace: forgotten.namespace, body: await bareLikeB() })
    browser = await openBrowser()
    // The whole minute that leaves time for what is asked before it.
    due = new Date(Math.ceil((Date.now() + 40_000) / minutes(1)) * minutes(1))
    const lineAt = (hoursLater: number) => `${due.getUTCMinutes()} ${(due.getUTCHours() + hoursLater) % 24} * * *`
    const night = { scaleDown: lineAt(0), scaleUp: lineAt(8) }
    const projects = (['a', 'b'] as const).map((sample) => ({
      name: `project-${sample}`,
      ...nodesOf(sample),
      ...night,
    }))
    own = await startOwnFunctions(projects, { NODE_GRACE_MINUTES: '1', SCHEDULE_TICK: '*/3 * * * * *' })
    const settings = { ...inClusterEnv, PORT: '0', API_KEY: apiKey, PROJECTS: JSON.stringify(projects) }
    scaleApi = await startScaleApi(settings)
  }, minutes(20))
  afterAll(async () => {
    await browser?.close()
    await own?.stop()
    await scaleApi?.stop()
    await core.deleteNamespacedPod(forgotten).catch(unlessGone)
    // The tests that follow want to find no tool's name there.
    const unowned = JSON.stringify({ metadata: { managedFields: [{}] } })
    kubectl('patch', 'deployment', 'sample-app-b', '-n', 'project-b', '--type=merge', '-p', unowned)
    for (const sample of ['a', 'b']) await samples.forget(sample)
  }, minutes(1))

  /** A Pod that nobody would create again, on the node of project B. */
  async function bareLikeB() {
    const { spec } = await samples.deployment('b')
    const [pod] = (await core.listNamespacedPod({ namespace: 'project-b' })).items
    const { containers = [], ...template } = spec?.template.spec ?? {}
    // The node has one GPU, which the workload has.
    const resources = { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '100m', memory: '64Mi' } }
    return {
      metadata: { name: forgotten.name },
      spec: {
        ...template,
        nodeName: pod?.spec?.nodeName ?? '',
        containers: containers.map((container) => ({ ...container, resources })),
      },
    }
  }

  /** Opens the page as somebody in Tokyo does, and signs in. */
  async function signIn(url: string, key: string): Promise<Page> {
    const page = await (browser as Browser).newPage({ timezoneId: 'Asia/Tokyo', locale: 'en-GB' })
    page.setDefaultTimeout(minutes(3))
    await page.goto(url)
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await rowOf(page, 'project-a').waitFor()
    // It is gone as soon as the page is loaded again.
    await page.evaluate('window.wasLoadedOnce = true')
    return page
  }

  const rowOf = (page: Page, project: string) =>
    page.locator('.row', { has: page.getByRole('link', { name: project, exact: true }) })
  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()

  /** Does what a dialog asks, after it has shown what would change. */
  async function perform(page: Page, reason: string): Promise<void> {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill(reason)
    await dialog.getByRole('button', { name: 'Show what would change' }).click()
    await dialog.getByRole('button', { name: 'Do it' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  test(
    'an hour more at the last minute, a held node by its name, Argo CD, and a morning by the keyboard',
    async () => {
      const start = performance.now()
      const inCluster = await signIn(`${scaleApi?.url}/`, apiKey)
      const inFunctions = await signIn(`${own?.host.url}/`, functionsKey)
      const complaints = [complaintsOf(inCluster), complaintsOf(inFunctions)]
      const step = async (page: Page, name: string) => {
        const seconds = Math.round((performance.now() - start) / 1000)
        process.stderr.write(`${name}: ${seconds} s\n`)
        await page.getByText('Reading …').first().waitFor({ state: 'detached' })
        await picture(page, name)
      }

      const rowA = rowOf(inCluster, 'project-a')
      await rowA.getByText(/sleeps \d\d:\d\d, in \d+ (sec|min)/).waitFor()
      await step(inCluster, '1-countdown')
      await rowA.getByRole('link', { name: 'Keep awake' }).click()
      await inCluster.getByRole('dialog').getByLabel('1 hour').check()
      await perform(inCluster, 'a release is late')
      expect(Date.now()).toBeLessThan(due.getTime())
      await inCluster.getByRole('link', { name: '← All projects' }).click()
      await rowA.getByText('Kept awake until').waitFor()
      await step(inCluster, '2-kept-awake')

      const rowB = rowOf(inFunctions, 'project-b')
      await rowB.getByText('Asleep, a node stays').waitFor()
      expect((await samples.deployment('a')).spec?.replicas).toBe(2)
      expect(await rowA.innerText()).toContain('Awake')
      await rowB.getByRole('link', { name: 'project-b', exact: true }).click()
      const nodes = inFunctions.locator('section', { hasText: 'Why a node stays' })
      await nodes.getByText(forgotten.name).first().waitFor()
      await step(inFunctions, '3-held-node')
      await inFunctions.getByRole('link', { name: '← All projects' }).click()
      await core.deleteNamespacedPod(forgotten)

      await rowA.getByRole('link', { name: 'project-a', exact: true }).click()
      await inCluster.getByRole('link', { name: 'Back to schedule' }).click()
      await perform(inCluster, 'the release is out')
      await inCluster.getByRole('link', { name: '← All projects' }).click()
      await rowA.getByText(/^Asleep since/).waitFor()
      expect(await samples.nodes('a')).toEqual([])
      await step(inCluster, '4-asleep')

      await rowB.getByText(/^Asleep since/).waitFor()
      expect(await samples.nodes('b')).toEqual([])
      await step(inFunctions, '5-both-asleep')

      const asArgoCd = ['--server-side', '--field-manager=argocd-controller', '--force-conflicts']
      kubectl('apply', ...asArgoCd, '-f', 'samples/app-b/deployment.yaml')
      await rowB.getByText('Put back').waitFor()
      await rowB.getByRole('link', { name: 'project-b', exact: true }).click()
      await says(inFunctions, /Argo CD/)
      await step(inFunctions, '6-put-back')

      await tabTo(inCluster, '.row.asleep .act a')
      await inCluster.keyboard.press('Enter')
      await inCluster.getByRole('dialog').waitFor()
      await tabTo(inCluster, 'dialog input[list=reasons]')
      await inCluster.keyboard.type('morning')
      await inCluster.keyboard.press('Enter')
      await inCluster.getByRole('button', { name: 'Do it' }).waitFor()
      await inCluster.keyboard.press('Enter')
      await inCluster.locator('.waking .on').first().waitFor()
      await step(inCluster, '7-waking')
      const stages: string[] = []
      await waitFor({
        what: 'the page shows it awake',
        timeoutMs: minutes(3),
        look: async () => {
          const [stage] = await inCluster.locator('.waking .on').allInnerTexts()
          if (stage !== undefined && stages.at(-1) !== stage) stages.push(stage)
          return (await inCluster.locator('.head').getAttribute('class')) ?? ''
        },
        until: (head) => head.includes('awake'),
      })
      // The page looks every two seconds, and a stage may be over sooner: those that were seen came in their order.
      expect(stages.length).toBeGreaterThan(0)
      expect(steps.filter((one) => stages.includes(one))).toEqual(stages)

      const history = inCluster.locator('section', { has: inCluster.getByRole('heading', { name: 'What happened' }) })
      for (const entry of [
        'a release is late',
        'the release is out',
        'Put to sleep',
        'Nodes gone',
        'Woken',
        'Nodes back',
      ]) {
        await history.getByText(entry).first().waitFor()
      }
      const saved = await inCluster.getByText(/node-hours in/).innerText()
      expect(Number.parseFloat(saved)).toBeGreaterThan(0)
      await step(inCluster, '8-history-and-savings')

      for (const page of [inCluster, inFunctions]) expect(await page.evaluate('window.wasLoadedOnce')).toBe(true)
      expect(complaints.flat()).toEqual([])
    },
    minutes(15),
  )
})
