import { afterAll, expect, test } from '@jest/globals'
import { functionsKey, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { personOf } from './admission/workloads.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const { kubectl } = personOf(target)
const [greedy, neighbour] = ['e2e-a-thousand-lines', 'e2e-the-neighbour']

/** A project with one Deployment, and with this in its annotation `scale-down`. */
function createProject(name: string, scaleDown: string): void {
  const annotations = {
    'aks-scale-to-zero/scale-down': scaleDown,
    'aks-scale-to-zero/last-scale-down': '2000-01-01T00:00:00.000Z',
  }
  const metadata = { name, labels: { 'aks-scale-to-zero/managed': 'true' }, annotations }
  kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata })
  const spec = { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] }
  const template = { metadata: { labels: { app: 'web' } }, spec }
  const deployment = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template }
  kubectl(['create', '-f', '-'], {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: name },
    spec: deployment,
  })
}

const replicasIn = (name: string) =>
  Number(kubectl(['get', 'deployment', 'web', '-n', name, '-o', 'jsonpath={.spec.replicas}']))

afterAll(() => void kubectl(['delete', 'namespace', greedy, neighbour, '--wait=false', '--ignore-not-found']))

test('a thousand cron lines of one team are its own fault, and its neighbour sleeps in the same run', async () => {
  createProject(greedy, Array.from({ length: 1000 }, () => '* * * * *').join('\n'))
  createProject(neighbour, '* * * * *')
  const host = await startFunctions({ KUBECONFIG: target.kubeconfig, LOG_LEVEL: 'debug' })
  try {
    await tick(host, 'nightlyScaleDown')
    await waitFor({
      what: 'one run is over',
      look: async () => host.output(),
      until: (output) => output.includes('"msg":"tick done"'),
    })
    expect(replicasIn(neighbour)).toBe(0)
    expect(replicasIn(greedy)).toBe(2)

    const headers = { 'x-functions-key': functionsKey }
    const answer = await fetch(`${host.url}/api/v1/projects/${greedy}`, { headers })
    const { project } = (await answer.json()) as { project: { faults: string[] } }
    expect(project.faults).toEqual([expect.stringContaining('more than the 1024 of a schedule')])
    expect(project.faults.join().length).toBeLessThan(1100)
    expect(host.output()).toMatch(new RegExp(`"project":"${greedy}","fault":`))
  } finally {
    await host.stop()
  }
}, 60_000)
