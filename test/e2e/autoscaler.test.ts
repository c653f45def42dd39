import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { waitFor } from '../waitFor.ts'
import { samplesOf } from './samples.ts'
import { readTarget } from './target.ts'
import { withoutTrace } from './withoutTrace.ts'

const target = readTarget()
const samples = samplesOf(target.kubeconfig)
const minutes = (count: number) => count * 60_000

const post = async (url: string, headers: Record<string, string>, reason: string) => {
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ reason }) })
  return { status: response.status, requestId: response.headers.get('x-request-id'), body: await response.json() }
}

/** The parts that must come back exactly: the whole spec, all annotations and all labels. */
const whatItIs = async (project: string) => {
  const { spec, metadata } = await samples.deployment(project)
  return { spec, annotations: withoutTrace(metadata?.annotations), labels: metadata?.labels }
}

async function sleepAndWake(project: string, api: { url: string; headers: Record<string, string> }) {
  const bystander = project === 'a' ? 'b' : 'a'
  await samples.waitUntilRunning(project)
  const { nodes: bystanderNodes } = await samples.waitUntilRunning(bystander)
  const before = await whatItIs(project)
  const deployment = `${api.url}/api/v1/deployments/project-${project}/sample-app-${project}`

  const slept = await post(`${deployment}/scale-to-zero`, api.headers, 'nightly')
  expect(slept).toMatchObject({ status: 200, body: { message: 'Deployment scaled to zero', result: 'changed' } })
  await samples.waitUntilNodesGone(project)

  expect(await samples.nodes(bystander)).toEqual(bystanderNodes)
  const woken = await post(`${deployment}/restore`, api.headers, 'morning')
  expect(woken).toMatchObject({ status: 200, body: { deployment: { target_replicas: before.spec?.replicas } } })
  await samples.waitUntilRunning(project)
  expect(await whatItIs(project)).toEqual(before)
  return slept
}

describe('a project at zero', () => {
  test(
    'loses its node to the autoscaler and gets it back, through the Functions host',
    async () => {
      await sleepAndWake('a', { url: target.functionsUrl, headers: { 'x-functions-key': target.functionsKey } })
    },
    minutes(35),
  )

  test(
    'with a GPU loses its node and gets it back, through the in-cluster host',
    async () => {
      await sleepAndWake('b', { url: target.scaleApiUrl, headers: { authorization: `Bearer ${target.apiKey}` } })
    },
    minutes(35),
  )

  test(
    'loses its node and gets it back through kubectl port-forward, and kubectl logs shows the request',
    async () => {
      const forward = await portForward()
      try {
        const headers = { authorization: `Bearer ${target.apiKey}` }
        expect(await (await fetch(`${forward.url}/health`)).json()).toMatchObject({ status: 'healthy' })
        const { requestId } = await sleepAndWake('a', { url: forward.url, headers })
        const logs = kubectl('logs', '-n', 'scale-system', 'deployment/scale-api').split('\n')
        const line = logs.find((text) => text.includes(String(requestId)))
        expect(JSON.parse(line ?? '{}')).toMatchObject({
          level: 'info',
          path: '/api/v1/deployments/project-a/sample-app-a/scale-to-zero',
          status: 200,
          latency: expect.any(Number),
          actor: 'api-key',
          previous_replicas: 2,
          target_replicas: 0,
          reason: 'nightly',
        })
        expect(logs.join('\n')).not.toContain(target.apiKey)
      } finally {
        await forward.stop()
      }
    },
    minutes(35),
  )
})

const kubectl = (...args: string[]) =>
  execFileSync(target.kubectl, ['--kubeconfig', target.kubeconfig, ...args], { encoding: 'utf8' })

/** Forwards a port as in the operations guide, but any free one. */
async function portForward() {
  const port = await freePort()
  const args = ['--kubeconfig', target.kubeconfig, 'port-forward', '-n', 'scale-system', 'svc/scale-api', `${port}:80`]
  const child: ChildProcess = spawn(target.kubectl, args)
  const exited = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  await waitFor({
    what: 'kubectl forwards',
    look: async () => output,
    until: (text) => text.includes('Forwarding from'),
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill()
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
