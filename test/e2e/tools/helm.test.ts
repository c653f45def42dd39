import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { createNamespace, type TestNamespace } from '../../contract/namespace.ts'
import { waitFor } from '../../waitFor.ts'
import { readTarget } from '../target.ts'
import { createRelease } from './chart.ts'
import { describeWithTool } from './withTool.ts'

const target = readTarget()
jest.setTimeout(180_000)

/** Puts to zero by the function app's identity, and wakes by the in-cluster host's: both under the admission policy. */
const hosts = {
  'scale-to-zero': { url: target.functionsUrl, headers: { 'x-functions-key': target.functionsKey } },
  restore: { url: target.scaleApiUrl, headers: { authorization: `Bearer ${target.apiKey}` } },
}

// A person installs and upgrades, with an administrator's rights. The chart states `replicas`.
await describeWithTool('helm', 'a Deployment of a Helm release', (path) => {
  let kubernetes: TestNamespace
  beforeAll(async () => {
    kubernetes = await createNamespace(readFileSync(target.kubeconfig, 'utf8'))
  })
  const releases: ReturnType<typeof createRelease>[] = []
  afterAll(async () => {
    for (const release of releases) release.remove()
    await kubernetes.remove()
  })

  const scale = async (action: keyof typeof hosts, name: string): Promise<string> => {
    const { url, headers } = hosts[action]
    const path = `api/v1/deployments/${kubernetes.namespace}/${name}/${action}`
    const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body: '{"reason":"nightly"}' })
    return ((await response.json()) as { result: string }).result
  }
  /** The replicas, the recorded count, the version that was rolled out, and the managers that own the replicas. */
  const look = async (name: string) => {
    const { metadata, spec } = await kubernetes.read(name)
    return {
      replicas: spec?.replicas,
      recorded: metadata?.annotations?.['aks-scale-to-zero/original-replicas'],
      version: spec?.template.metadata?.labels?.version,
      owners: metadata?.managedFields
        ?.filter(({ fieldsV1 }) => 'f:replicas' in ((fieldsV1 as Record<string, object>)['f:spec'] ?? {}))
        .map(({ manager }) => manager)
        .sort(),
    }
  }
  const install = async (helm: string, name: string) => {
    const release = createRelease(path(helm), name, { kubeconfig: target.kubeconfig, namespace: kubernetes.namespace })
    releases.push(release)
    expect(await release.install({ replicas: 3, version: 1 })).toMatchObject({ code: 0 })
    expect(await look(name)).toEqual({ replicas: 3, recorded: undefined, version: '1', owners: ['helm'] })
    return release
  }
  const ours = 'aks-scale-to-zero'
  const givenBack = (name: string) =>
    waitFor({
      what: `the replicas of ${name} are given back`,
      look: () => look(name),
      until: ({ owners }) => owners?.includes(ours) === false,
    })
  const refused = { code: 1, output: expect.stringContaining(`conflict with "${ours}" using apps/v1: .spec.replicas`) }

  test('Helm 3: an upgrade wakes it, and a restore then leaves the replicas and ends the record', async () => {
    const release = await install('helm3', 'three')
    expect(await scale('scale-to-zero', 'three')).toBe('changed')
    expect(await look('three')).toEqual({ replicas: 0, recorded: '3', version: '1', owners: [ours] })

    expect(await release.upgrade({ replicas: 3, version: 2 })).toMatchObject({ code: 0 })
    expect(await look('three')).toEqual({ replicas: 3, recorded: '3', version: '2', owners: ['helm'] })
    expect(await scale('restore', 'three')).toBe('woken-meanwhile')
    expect(await look('three')).toEqual({ replicas: 3, recorded: undefined, version: '2', owners: ['helm'] })
  })

  test('Helm 3: after it woke, an upgrade changes its replicas', async () => {
    const release = await install('helm3', 'three-awake')
    await scale('scale-to-zero', 'three-awake')
    expect(await scale('restore', 'three-awake')).toBe('changed')
    expect(await look('three-awake')).toEqual({ replicas: 3, recorded: undefined, version: '1', owners: [ours] })

    expect(await release.upgrade({ replicas: 5, version: 2 })).toMatchObject({ code: 0 })
    expect(await look('three-awake')).toEqual({ replicas: 5, recorded: undefined, version: '2', owners: ['helm'] })
  })

  test('Helm 4: an upgrade is refused and changes nothing while it sleeps, and works when it is awake', async () => {
    const release = await install('helm4', 'four')
    await scale('scale-to-zero', 'four')
    const asleep = { replicas: 0, recorded: '3', version: '1', owners: [ours] }
    expect(await look('four')).toEqual(asleep)

    expect(await release.upgrade({ replicas: 3, version: 2 })).toEqual(refused)
    expect(await look('four')).toEqual(asleep)
    expect(await scale('restore', 'four')).toBe('changed')
    expect(await givenBack('four')).toEqual({ replicas: 3, recorded: undefined, version: '1', owners: [] })

    expect(await release.upgrade({ replicas: 3, version: 2 })).toMatchObject({ code: 0 })
    expect(await look('four')).toEqual({ replicas: 3, recorded: undefined, version: '2', owners: ['helm'] })
  })

  test('Helm 4: an upgrade that forces conflicts wakes it, as one of Helm 3 does', async () => {
    const release = await install('helm4', 'four-forced')
    await scale('scale-to-zero', 'four-forced')

    expect(await release.upgrade({ replicas: 3, version: 2 }, '--force-conflicts')).toMatchObject({ code: 0 })
    expect(await look('four-forced')).toEqual({ replicas: 3, recorded: '3', version: '2', owners: ['helm'] })
    expect(await scale('restore', 'four-forced')).toBe('woken-meanwhile')
  })

  test('Helm 4: after it woke, an upgrade changes its replicas', async () => {
    const release = await install('helm4', 'four-awake')
    await scale('scale-to-zero', 'four-awake')
    await scale('restore', 'four-awake')
    await givenBack('four-awake')

    expect(await release.upgrade({ replicas: 5, version: 2 })).toMatchObject({ code: 0 })
    expect(await look('four-awake')).toEqual({ replicas: 5, recorded: undefined, version: '2', owners: ['helm'] })
  })
})
