import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { createNamespace } from '../contract/namespace.ts'
import { waitFor } from '../waitFor.ts'
import { defineKeda } from './kedaDefinitions.ts'
import { readTarget } from './target.ts'
import { withoutTrace } from './withoutTrace.ts'

const target = readTarget()
const group = 'keda.sh'
const version = 'v1alpha1'
const plural = 'scaledobjects'

test('where KEDA is installed, its ScaledObjects are paused with the project and resumed with it', async () => {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  const custom = config.makeApiClient(CustomObjectsApi)
  const kubernetes = await createNamespace(readFileSync(target.kubeconfig, 'utf8'), {
    labels: { 'aks-scale-to-zero/managed': 'true' },
  })
  const { namespace } = kubernetes
  const removeKeda = await defineKeda(config)
  const read = async () => {
    const object = await custom.getNamespacedCustomObject({ group, version, namespace, plural, name: 'web' })
    return (object as { metadata: { annotations?: Record<string, string> } }).metadata.annotations ?? {}
  }
  const sweep = async (action: string) => {
    const response = await fetch(`${target.scaleApiUrl}/api/v1/projects/${namespace}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.apiKey}` },
      body: '{"reason":"nightly"}',
    })
    return {
      status: response.status,
      body: (await response.json()) as { workloads: { kind: string; result: string }[] },
    }
  }
  try {
    const name = await kubernetes.deploy({ replicas: 2, runs: false })
    const object = {
      apiVersion: `${group}/${version}`,
      kind: 'ScaledObject',
      metadata: { name: 'web' },
      spec: { scaleTargetRef: { name } },
    }
    await waitFor({
      what: 'the definition is served',
      look: () =>
        custom.createNamespacedCustomObject({ group, version, namespace, plural, body: object }).then(
          () => 'served',
          (error: Error) => error.message,
        ),
      until: (answer) => answer === 'served',
    })
    const slept = await sweep('scale-to-zero')
    expect(slept.body.workloads.map(({ kind, result }) => [kind, result])).toEqual([
      ['Deployment', 'changed'],
      ['ScaledObject', 'changed'],
    ])
    expect(await read()).toMatchObject({ 'autoscaling.keda.sh/paused-replicas': '0' })
    const woken = await sweep('restore')
    expect(woken.body.workloads.map(({ kind, result }) => [kind, result])).toEqual([
      ['Deployment', 'changed'],
      ['ScaledObject', 'changed'],
    ])
    expect(withoutTrace(await read())).toEqual({})
    expect((await kubernetes.read(name)).spec?.replicas).toBe(2)
  } finally {
    await kubernetes.remove()
    await removeKeda()
  }
}, 120_000)
