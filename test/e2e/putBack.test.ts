import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { functionsKey, type Host, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const { kubeconfig, kubectl: program } = readTarget()
const minutes = (count: number) => count * 60_000

const kubectl = (args: string, input?: string): string =>
  execFileSync(program, ['--kubeconfig', kubeconfig, ...args.split(' ')], { encoding: 'utf8', input: input ?? '' })

const namespaces = [
  'e2e-back-argo',
  'e2e-back-kubectl',
  'e2e-back-api',
  'e2e-late-still',
  'e2e-late-raised',
  'e2e-enforce-raised',
  'e2e-enforce-woken',
]
const manifest = (namespace: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeSelector: {nowhere: "true"}, containers: [{name: app, image: registry.k8s.io/pause:3.10}]}
`

/** The cron line of every day at the minute that was or is so many minutes from now, in UTC. */
const lineAt = (fromNow: number) => {
  const time = new Date(Date.now() + minutes(fromNow))
  return `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`
}

/** Makes a project with one Deployment of 3 replicas, whose scale-down was due so many minutes ago. */
function createProject(namespace: string, dueAgo: number, more: Record<string, string> = {}): void {
  const key = 'aks-scale-to-zero'
  const metadata = {
    name: namespace,
    labels: { [`${key}/managed`]: 'true' },
    annotations: {
      [`${key}/scale-down`]: lineAt(-dueAgo),
      [`${key}/scale-up`]: lineAt(8 * 60),
      [`${key}/last-scale-down`]: new Date(Date.now() - minutes(20 * 60)).toISOString(),
      ...more,
    },
  }
  kubectl('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }))
  kubectl('apply -f -', manifest(namespace))
}

const replicasIn = (namespace: string) =>
  Number(kubectl(`get deployment web -n ${namespace} -o jsonpath={.spec.replicas}`))
const eventsOf = (namespace: string, reason: string): { type: string; message: string }[] =>
  JSON.parse(
    kubectl(
      `get events -n default -o json --field-selector reason=${reason},involvedObject.kind=Namespace,involvedObject.name=${namespace}`,
    ),
  ).items

let host: Host
beforeAll(async () => {
  host = await startFunctions({ KUBECONFIG: kubeconfig })
}, minutes(1))
afterAll(async () => {
  kubectl(`delete namespace --wait=false --ignore-not-found ${namespaces.join(' ')}`)
  await host?.stop()
})

const asleep = async (...asked: string[]) => {
  await tick(host, 'nightlyScaleDown')
  await waitFor({
    what: `${asked.join(', ')} sleep`,
    look: async () => asked.map(replicasIn),
    until: (replicas) => replicas.every((count) => count === 0),
  })
  // The memory is written last, and only then the project is to be asleep.
  await waitFor({
    what: `${asked.join(', ')} are remembered as asleep`,
    look: async () => asked.map((one) => kubectl(`get namespace ${one} -o json`)),
    until: (found) => found.every((text) => text.includes('aks-scale-to-zero/asleep-since')),
  })
}

test(
  'who puts sleeping projects back is told by name, once: Argo CD, kubectl, and never this service',
  async () => {
    const [argo = '', byHand = '', byRequest = ''] = namespaces
    for (const one of [argo, byHand, byRequest]) createProject(one, 1)
    await asleep(argo, byHand, byRequest)

    kubectl('apply --server-side --field-manager=argocd-controller --force-conflicts -f -', manifest(argo))
    kubectl(`scale deployment/web -n ${byHand} --replicas=2`)
    const path = `${host.url}/api/v1/deployments/${byRequest}/web/restore`
    const headers = { 'x-functions-key': functionsKey }
    const restored = await fetch(path, { method: 'POST', headers, body: '{"reason":"working late"}' })
    expect(restored.status).toBe(200)
    const { annotations } = JSON.parse(kubectl(`get deployment web -n ${byRequest} -o json`)).metadata
    expect(annotations).toMatchObject({ 'aks-scale-to-zero/woken-by': 'function-key' })

    for (const _tick of ['first', 'second']) {
      await tick(host, 'scheduledScaleUp')
      await waitFor({
        what: 'both are told',
        look: async () => [argo, byHand].map((one) => eventsOf(one, 'PutBack').length),
        until: (counts) => counts.every((count) => count > 0),
      })
      await waitFor({
        what: 'both are remembered',
        look: async () => [argo, byHand].map((one) => kubectl(`get namespace ${one} -o json`)),
        until: (found) => found.every((text) => text.includes('aks-scale-to-zero/put-back')),
      })
    }
    const told = (one: string) => eventsOf(one, 'PutBack').map(({ type, message }) => `${type} ${message}`)
    expect(told(argo)).toEqual([
      expect.stringMatching(
        /^Warning .*web \(3\) woken by Argo CD \("argocd-controller"\): let its Application ignore/,
      ),
    ])
    expect(told(byHand)).toEqual([
      expect.stringMatching(/^Warning .*web \(2\) woken by "kubectl", a person or a pipeline: wake it by this API/),
    ])
    expect(told(byRequest)).toEqual([])
    expect(host.output()).toContain('project_put_back')
  },
  minutes(3),
)

test(
  'with enforce, what is raised or deployed in the night goes to zero again and is told once, and what the API woke stays',
  async () => {
    const [raised = '', woken = ''] = namespaces.slice(5)
    for (const one of [raised, woken]) createProject(one, 1, { 'aks-scale-to-zero/enforce': 'true' })
    await asleep(raised, woken)
    const path = `${host.url}/api/v1/deployments/${woken}/web/restore`
    const headers = { 'x-functions-key': functionsKey }
    const restored = await fetch(path, { method: 'POST', headers, body: '{"reason":"working late"}' })
    expect(restored.status).toBe(200)
    kubectl('apply -f -', manifest(raised).replace('name: web', 'name: new'))

    const look = () =>
      kubectl(`get deployments -n ${raised} -o jsonpath={range.items[*]}{.metadata.name}={.spec.replicas}.{end}`)
    for (const _time of ['first', 'second']) {
      kubectl(`scale deployment/web -n ${raised} --replicas=2`)
      await tick(host, 'nightlyScaleDown')
      const what = 'both are at zero again'
      await waitFor({ what, look: async () => look(), until: (found) => found === 'new=0.web=0.' })
    }
    await waitFor({
      what: 'it is told',
      look: async () => eventsOf(raised, 'Enforced').map(({ message }) => message),
      until: (messages) => messages.length > 0,
    })
    expect(eventsOf(raised, 'Enforced').map(({ type, message }) => `${type} ${message}`)).toEqual([
      expect.stringMatching(
        /^Warning 2 of project e2e-enforce-raised put to zero again, as it has enforce: Deployment /,
      ),
    ])
    expect([replicasIn(woken), eventsOf(woken, 'Enforced')]).toEqual([3, []])
  },
  minutes(3),
)

test(
  'a scale-down that was missed by 130 minutes is made up for, unless somebody has raised the project since',
  async () => {
    const [, , , still = '', raised = ''] = namespaces
    for (const one of [still, raised]) createProject(one, 130)
    // The API server keeps the times that it is given, but not those of a patch that changes nothing else.
    const { managedFields } = JSON.parse(
      kubectl(`get deployment web -n ${still} -o json --show-managed-fields`),
    ).metadata
    const yesterday = new Date(Date.now() - minutes(24 * 60)).toISOString().replace(/\.\d+/, '')
    const aged = managedFields.map((entry: object) => ({ ...entry, time: yesterday }))
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: aged },
      { op: 'add', path: '/metadata/labels', value: { made: 'yesterday' } },
    ]
    execFileSync(program, [
      ...['--kubeconfig', kubeconfig, 'patch', 'deployment', 'web', '-n', still],
      ...['--type=json', '-p', JSON.stringify(patch)],
    ])
    kubectl(`scale deployment/web -n ${raised} --replicas=4`)
    kubectl('apply --server-side --field-manager=helm --force-conflicts -f -', manifest(raised))

    await asleep(still)
    const [skipped] = await waitFor({
      what: 'the other scale-down is left out, and that is told',
      look: async () => eventsOf(raised, 'ScaleDownSkipped'),
      until: (events) => events.length > 0,
    })
    expect(skipped?.message).toMatch(
      /^The scale-down of \d{4}-.*Z is left out: Deployment e2e-late-raised\/web was changed at .* by Helm \("helm"\)$/,
    )
    expect(replicasIn(raised)).toBe(3)
  },
  minutes(3),
)
