import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { createNamespace } from '../contract/namespace.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const target = readTarget()

test('a sleeping Deployment wakes as it was although kubectl rollout undo removed its annotations', async () => {
  const kubernetes = await createNamespace(readFileSync(target.kubeconfig, 'utf8'))
  const { namespace } = kubernetes
  const kubectl = (...args: string[]) =>
    execFileSync(target.kubectl, ['--kubeconfig', target.kubeconfig, '-n', namespace, ...args], { encoding: 'utf8' })
  const scale = async (name: string, action: string) => {
    const response = await fetch(`${target.scaleApiUrl}/api/v1/deployments/${namespace}/${name}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.apiKey}` },
      body: '{"reason":"nightly"}',
    })
    return { status: response.status, body: await response.json() }
  }
  try {
    const name = await kubernetes.deploy({ replicas: 3, runs: false })
    const atRevision = (revision: string) =>
      waitFor({
        what: `the controller has made revision ${revision}`,
        look: async () => (await kubernetes.read(name)).metadata?.annotations?.['deployment.kubernetes.io/revision'],
        until: (found) => found === revision,
      })
    await atRevision('1')
    await kubernetes.patch(name, { spec: { template: { metadata: { labels: { version: '2' } } } } })
    await atRevision('2')
    expect(await scale(name, 'scale-to-zero')).toMatchObject({ status: 200, body: { result: 'changed' } })

    kubectl('rollout', 'undo', `deployment/${name}`)
    const undone = await kubernetes.read(name)
    expect(undone.metadata?.annotations).not.toHaveProperty('aks-scale-to-zero/original-replicas')
    expect(undone.spec?.replicas).toBe(0)

    const woken = await scale(name, 'restore')
    expect(woken).toMatchObject({ status: 200, body: { result: 'changed', deployment: { target_replicas: 3 } } })
    expect((await kubernetes.read(name)).metadata?.labels).toEqual({ app: name })
  } finally {
    await kubernetes.remove()
  }
}, 180_000)
