import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createNamespace, type TestNamespace } from '../contract/namespace.ts'
import { tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const ours = 'aks-scale-to-zero'

// A person deploys with kubectl and an administrator's rights. Helm does the same: test/e2e/tools/helm.test.ts.
describe('a deployment by kubectl', () => {
  let kubernetes: TestNamespace
  beforeAll(async () => {
    kubernetes = await createNamespace(readFileSync(target.kubeconfig, 'utf8'))
  })
  afterAll(() => kubernetes.remove())

  const kubectl = (args: string[], input?: object) => {
    const all = ['--kubeconfig', target.kubeconfig, '-n', kubernetes.namespace, ...args]
    const { status, stdout, stderr } = spawnSync(target.kubectl, all, {
      encoding: 'utf8',
      ...(input && { input: JSON.stringify(input) }),
    })
    return { code: status, output: stdout + stderr }
  }
  const manifest = (name: string, { replicas, version }: { replicas?: number; version: string }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, version } },
        spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  })
  const apply = (how: 'client' | 'server', object: object, ...flags: string[]) =>
    kubectl(['apply', ...(how === 'server' ? ['--server-side'] : []), ...flags, '-f', '-'], object)
  const done = { code: 0 }
  const refused = {
    code: 1,
    output: expect.stringContaining(`conflict with "${ours}" using apps/v1: .spec.replicas`),
  }
  /** Puts to zero by the function app's identity, and wakes by the in-cluster host's. */
  const scale = async (action: 'scale-to-zero' | 'restore', name: string) => {
    const [url, headers] =
      action === 'restore'
        ? [target.scaleApiUrl, { authorization: `Bearer ${target.apiKey}` }]
        : [target.functionsUrl, { 'x-functions-key': target.functionsKey }]
    const path = `${url}/api/v1/deployments/${kubernetes.namespace}/${name}/${action}`
    const response = await fetch(path, { method: 'POST', headers, body: '{"reason":"nightly"}' })
    return ((await response.json()) as { result: string }).result
  }
  const look = async (name: string) => {
    const { metadata, spec } = await kubernetes.read(name)
    return {
      replicas: spec?.replicas,
      version: spec?.template.metadata?.labels?.version,
      label: metadata?.labels?.['aks-scale-to-zero/asleep'],
      isOurs: metadata?.managedFields?.some(({ manager }) => manager === ours),
    }
  }
  const givenBack = (name: string) =>
    waitFor({
      what: `the fields of ${name} are given back`,
      look: () => look(name),
      until: ({ isOurs, label }) => isOurs === false && label === undefined,
    })
  const asleep = (version: string) => ({ replicas: 0, version, label: 'true', isOurs: true })

  test("on the client's side wakes it, when the manifest states the replicas", async () => {
    apply('client', manifest('client', { replicas: 3, version: '1' }))
    await scale('scale-to-zero', 'client')
    expect(apply('client', manifest('client', { replicas: 3, version: '2' }))).toMatchObject(done)
    expect(await look('client')).toMatchObject({ replicas: 3, version: '2' })
    expect(await scale('restore', 'client')).toBe('woken-meanwhile')
    expect(await look('client')).toEqual({ replicas: 3, version: '2', label: undefined, isOurs: false })
  })

  test("on the server's side is refused and changes nothing while it sleeps, when the manifest states the replicas", async () => {
    apply('server', manifest('server', { replicas: 3, version: '1' }))
    await scale('scale-to-zero', 'server')
    expect(apply('server', manifest('server', { replicas: 3, version: '2' }))).toMatchObject(refused)
    expect(await look('server')).toEqual(asleep('1'))
  })

  test("on the server's side changes the replicas after it woke, since the field is given back", async () => {
    expect(await scale('restore', 'server')).toBe('changed')
    expect(await givenBack('server')).toMatchObject({ replicas: 3, version: '1' })
    expect(apply('server', manifest('server', { replicas: 5, version: '2' }))).toMatchObject(done)
    expect(await look('server')).toEqual({ replicas: 5, version: '2', label: undefined, isOurs: false })
  })

  test("on the server's side wakes it, when it forces conflicts", async () => {
    await scale('scale-to-zero', 'server')
    expect(apply('server', manifest('server', { replicas: 4, version: '3' }), '--force-conflicts')).toMatchObject(done)
    expect(await look('server')).toMatchObject({ replicas: 4, version: '3' })
    expect(await scale('restore', 'server')).toBe('woken-meanwhile')
    expect(await look('server')).toEqual({ replicas: 4, version: '3', label: undefined, isOurs: false })
  })

  test.each(['client', 'server'] as const)(
    "on the %s's side leaves it asleep, when the manifest states no replicas",
    async (how) => {
      const name = `${how}-free`
      apply(how, manifest(name, { version: '1' }))
      kubectl(['scale', `deployment/${name}`, '--replicas=3'])
      await scale('scale-to-zero', name)
      expect(apply(how, manifest(name, { version: '2' }))).toMatchObject(done)
      expect(await look(name)).toEqual(asleep('2'))
      expect(await scale('restore', name)).toBe('changed')
      expect(await look(name)).toMatchObject({ replicas: 3, version: '2' })
    },
  )

  test('what a killed host has not given back, the next run of the timer gives back', async () => {
    apply('server', manifest('killed', { replicas: 3, version: '1' }))
    // What the wake-up leaves, before the field is given back.
    const left = { metadata: { labels: { 'aks-scale-to-zero/asleep': 'false' } }, spec: { replicas: 4 } }
    const patch = ['patch', 'deployment', 'killed', '--type=merge', '-p', JSON.stringify(left)]
    expect(kubectl([...patch, `--field-manager=${ours}`])).toMatchObject(done)
    expect(await look('killed')).toMatchObject({ label: 'false', isOurs: true })
    expect(apply('server', manifest('killed', { replicas: 3, version: '1' }))).toMatchObject(refused)

    await tick({ url: target.functionsUrl, key: target.functionsKey }, 'scheduledScaleUp')
    expect(await givenBack('killed')).toMatchObject({ replicas: 4 })
    expect(apply('server', manifest('killed', { replicas: 3, version: '1' }))).toMatchObject(done)
  })
})
