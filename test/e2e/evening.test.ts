import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { AppsV1Api, KubeConfig } from '@kubernetes/client-node'
import { functionsKey, type Host, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { nodesOf, type OwnFunctions, startOwnFunctions } from './ownFunctions.ts'
import { samplesOf, unlessGone } from './samples.ts'
import { readTarget } from './target.ts'

const { kubeconfig } = readTarget()
const samples = samplesOf(kubeconfig)
const minutes = (count: number) => count * 60_000
const namespace = 'project-a'
const project = `/api/v1/projects/${namespace}`

let own: OwnFunctions | undefined
let host: Host
beforeAll(async () => {
  const never = '0 0 29 2 *'
  const project = { name: namespace, ...nodesOf('a'), scaleDown: never, scaleUp: never }
  own = await startOwnFunctions([project], { NODE_GRACE_MINUTES: '0' })
  host = own.host
  await forget()
  await samples.waitUntilRunning('a')
}, minutes(20))
afterAll(async () => {
  await own?.stop()
  await forget()
})

const config = new KubeConfig()
config.loadFromFile(kubeconfig)
const apps = config.makeApiClient(AppsV1Api)

/** Takes everything from the namespace that this test or another has left there. */
async function forget(): Promise<void> {
  await samples.forget('a')
  await apps.deleteNamespacedDeployment({ namespace, name: careless }).catch(unlessGone)
}

/** A Deployment whose owner writes the whole object and knows nothing of our record. Its Pods run nowhere. */
const careless = 'careless'
const labels = { app: careless }
const carelessly = (replicas: number) => ({
  metadata: { name: careless, namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
    },
  },
})

interface Answer {
  status: string
  message: string
  calendar: {
    transitions: { action: string; at: string; acts: boolean; because: string }[]
    intervals: { state: string; from: string; to: string }[]
  }
  project: { exceptions: { exception: string; reason?: string }[]; faults: string[] }
  history: { what: string }[]
  timers: { name: string; last_run?: string }[]
  taken_back: string[]
}

/** A request of the API, as a person at the end of the day makes it with curl. */
async function ask(path: string, body?: object): Promise<Answer> {
  const response = await fetch(host.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-functions-key': functionsKey },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Answer
  if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.message}`)
  return answer
}

const replicas = async () => (await samples.deployment('a')).spec?.replicas ?? 0

/** Runs the two timers of the night, and waits until both have ended, as their heartbeats say. */
async function tickOnce(): Promise<void> {
  for (const timer of ['nightlyScaleDown', 'verifyScaledToZero']) {
    const lastRun = async () => (await ask('/api/v1/projects')).timers.find(({ name }) => name === timer)?.last_run
    const before = await lastRun()
    await tick(host, timer)
    await waitFor({ what: `${timer} has run`, look: lastRun, until: (last) => last !== before })
  }
}

test(
  'an evening by the API alone: an hour more at the last minute, back to schedule, asleep, and awake in the morning',
  async () => {
    await apps.createNamespacedDeployment({ namespace, body: carelessly(3) })
    // The whole minute that leaves time for what is asked before it.
    const due = new Date(Math.ceil((Date.now() + 10_000) / minutes(1)) * minutes(1))
    const lineAt = (time: Date) => `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`
    const written = await ask(`${project}/schedule`, {
      scale_down: [lineAt(due)],
      scale_up: [lineAt(new Date(due.getTime() + 8 * minutes(60)))],
      time_zone: 'UTC',
      reason: 'the evening of a test',
    })
    const [first] = written.calendar.transitions
    expect(first).toMatchObject({ action: 'scale-down', at: due.toISOString(), acts: true })

    await ask(`${project}/keep-awake`, { for: '1h', reason: 'a release is late' })
    const held = (await ask(`${project}/calendar`)).calendar
    expect(held.transitions[0]).toMatchObject({ at: due.toISOString(), acts: false, because: 'awake-until' })
    await waitFor({
      what: 'the scale-down is due',
      look: async () => Date.now(),
      until: (now) => now > due.getTime() + 1000,
      timeoutMs: minutes(2),
    })
    await tickOnce()
    expect(await replicas()).toBe(2)
    expect((await ask(project)).project.exceptions).toMatchObject([
      { exception: 'awake-until', reason: 'a release is late' },
    ])

    const back = await ask(`${project}/follow-schedule`, { reason: 'the release is out' })
    expect(back.taken_back).toEqual(['aks-scale-to-zero/awake-until'])
    await tickOnce()
    expect(await replicas()).toBe(0)
    await samples.waitUntilNodesGone('a')
    await waitFor({
      what: 'the history has it',
      look: async () => {
        await tickOnce()
        return (await ask(`${project}/history`)).history
      },
      until: (entries) => entries.some(({ what }) => what === 'nodes-gone'),
      timeoutMs: minutes(2),
    })

    await apps.replaceNamespacedDeployment({ namespace, name: careless, body: carelessly(0) })
    const [fault = ''] = (await ask(project)).project.faults
    expect(fault).toBe(
      'Deployment project-a/careless stays asleep: its record is gone. It had 3 replicas: POST /api/v1/deployments/project-a/careless/scale-up with replicas 3 brings it back',
    )
    const [, path = ''] = /POST (\S+)/.exec(fault) ?? []
    await ask(path, { replicas: 3, reason: 'as the fault says' })
    expect((await ask(project)).project.faults).toEqual([])

    await ask(`${project}/restore`, { reason: 'morning' })
    expect(await replicas()).toBe(2)
    await samples.waitUntilRunning('a')
    await waitFor({
      what: 'the history has all of it, the newest first',
      look: async () => (await ask(`${project}/history`)).history,
      until: (entries) => {
        const told = entries.filter(({ what }) => ['scale-up', 'nodes-gone', 'scale-down'].includes(what))
        return JSON.stringify(told.map(({ what }) => what)) === '["scale-up","nodes-gone","scale-down"]'
      },
    })
    await waitFor({
      what: 'the first node is seen back, which ends the savings of the night',
      look: async () => {
        await tickOnce()
        return (await ask(`${project}/history`)).history
      },
      until: (entries) => entries.some(({ what }) => what === 'nodes-back'),
      timeoutMs: minutes(2),
    })
  },
  minutes(40),
)
