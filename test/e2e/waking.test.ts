import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createNamespace } from '../contract/namespace.ts'
import { waitFor } from '../waitFor.ts'
import { samplesOf } from './samples.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const samples = samplesOf(target.kubeconfig)
const headers = { authorization: `Bearer ${target.apiKey}` }
const minutes = (count: number) => count * 60_000
const sampleA = 'project-a/sample-app-a'

interface Progress {
  stage: string
  since: string
  why?: string
}

interface Answer {
  ready?: boolean
  deployment: { status: string; waking?: Progress & { pods: (Progress & { name: string; node?: string })[] } }
}

async function call(deployment: string, action: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${target.scaleApiUrl}/api/v1/deployments/${deployment}/${action}`, { ...init, headers })
  const body = await response.json()
  expect({ status: response.status, body }).toMatchObject({ status: 200 })
  return body as Answer
}
const post = (action: string) => call(sampleA, action, { method: 'POST', body: '{"reason":"to see it wake"}' })

describe('a project that wakes', () => {
  test(
    'shows each stage, from waiting for a node until it is active, and a request that waits for it is answered',
    async () => {
      await samples.waitUntilRunning('a')
      await post('scale-to-zero')
      await samples.waitUntilNodesGone('a')
      const waiting = call(sampleA, 'status?wait=ready&timeout=220')

      await post('restore')
      const seen: Progress[] = []
      await waitFor({
        what: 'it is active',
        timeoutMs: minutes(15),
        look: async () => {
          const { deployment } = await call(sampleA, 'status')
          const { stage, since, why } = deployment.waking ?? { stage: deployment.status, since: '' }
          if (seen.at(-1)?.stage !== stage) seen.push({ stage, since, ...(why !== undefined && { why }) })
          return deployment.status
        },
        until: (status) => status === 'active',
      })
      const stages = seen.map(({ stage }) => stage)
      expect(stages).toContain('waiting-for-node')
      expect(stages).toContain('node-starting')
      expect(stages.indexOf('node-starting')).toBeGreaterThan(stages.indexOf('waiting-for-node'))
      expect(stages.at(-1)).toBe('active')
      expect(seen.find(({ stage }) => stage === 'waiting-for-node')?.why).toMatch(/nodes are available/)
      expect(seen.find(({ stage }) => stage === 'node-starting')).not.toHaveProperty('why')
      expect(await waiting).toMatchObject({ ready: true, deployment: { status: 'active' } })
    },
    minutes(35),
  )
})

test(
  'a Deployment that fits on no node shows the reason, in the words of the cluster',
  async () => {
    const namespace = await createNamespace(readFileSync(target.kubeconfig, 'utf8'))
    const deployment = await namespace.deploy({ replicas: 1, runs: false })
    await waitFor({
      what: 'the words are those of an Event about its Pod',
      look: async () => {
        const { waking } = (await call(`${namespace.namespace}/${deployment}`, 'status')).deployment
        const events = await namespace.events(waking?.pods[0]?.name ?? '')
        return { waking, words: events.map(({ message }) => message) }
      },
      until: ({ waking, words }) => waking?.stage === 'waiting-for-node' && words.includes(waking.why),
    })
    await namespace.remove()
  },
  minutes(3),
)

test(
  'a Deployment whose Pods a quota forbids shows the quota as the reason',
  async () => {
    const namespace = await createNamespace(readFileSync(target.kubeconfig, 'utf8'))
    await namespace.limitPods(0)
    const deployment = await namespace.deploy({ replicas: 1 })
    const waking = await waitFor({
      what: 'the status has a reason',
      look: async () => (await call(`${namespace.namespace}/${deployment}`, 'status')).deployment.waking,
      until: (found) => found?.why !== undefined,
    })
    expect(waking).toMatchObject({ stage: 'scheduling', why: expect.stringContaining('exceeded quota'), pods: [] })
    await namespace.remove()
  },
  minutes(3),
)
