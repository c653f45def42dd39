import { describe, expect, test } from '@jest/globals'
import { labelSelector } from '../../../../dev/cluster/list.ts'
import type { KubeObject } from '../../../../dev/cluster/objects.ts'
import { appA, changes, clusters } from './cluster.ts'

const start = clusters()
const namesOf = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name)

describe('a list', () => {
  test('has the objects of one namespace or of all, selected by labels or by name', async () => {
    const client = await start()
    const names = async (path: string) => namesOf((await client.get(path)).body.items)
    expect(await names('/apis/apps/v1/deployments')).toEqual(['sample-app-a', 'sample-app-b'])
    expect(await names('/apis/apps/v1/namespaces/project-b/deployments')).toEqual(['sample-app-b'])
    expect(await names('/apis/apps/v1/namespaces/unknown/deployments')).toEqual([])
    expect(await names('/api/v1/nodes?labelSelector=project%3Da')).toEqual(['aks-projecta-10000000-vmss000000'])
    expect(await names('/api/v1/namespaces?fieldSelector=metadata.name%3Dproject-a')).toEqual(['project-a'])
  })

  test('selects Pods by their node, Events by their object, and by several fields at once', async () => {
    const client = await start()
    const names = async (path: string) => namesOf((await client.get(path)).body.items)
    const ofNode = '/api/v1/pods?fieldSelector=spec.nodeName%3Daks-projectb-10000000-vmss000000'
    const [pod = ''] = await names(ofNode)
    expect(pod).toContain('sample-app-b')
    expect(await names(`${ofNode}%2Cmetadata.name%3D${pod}`)).toEqual([pod])
    expect(await names(`${ofNode}%2Cmetadata.name%3Dx`)).toEqual([])
    // A kind of its own, because the cluster itself writes Events about Pods.
    const about = { kind: 'Thing', name: 'x', namespace: 'project-b', uid: 'u' }
    const event = { metadata: { name: 'e' }, involvedObject: about }
    await client.send('POST', '/api/v1/namespaces/project-b/events', { body: event })
    for (const [field, value] of Object.entries({ kind: 'Thing', name: 'x', uid: 'u' })) {
      expect(await names(`/api/v1/events?fieldSelector=involvedObject.${field}%3D${value}`)).toEqual(['e'])
      expect(await names(`/api/v1/events?fieldSelector=involvedObject.${field}%3Dother`)).toEqual([])
    }
  })

  test('has only the metadata for a client that asks for no more', async () => {
    const { cluster } = await start()
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'
    const response = await fetch(`${cluster.url}/apis/apps/v1/deployments?limit=1`, { headers: { accept } })
    const { kind, metadata, items } = (await response.json()) as { kind: string; metadata: object; items: object[] }
    expect({ kind, metadata }).toMatchObject({
      kind: 'PartialObjectMetadataList',
      metadata: { continue: expect.any(String) },
    })
    expect(items).toEqual([
      {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: expect.objectContaining({ name: 'sample-app-a' }),
      },
    ])
  })

  test.each(['labelSelector=a%20b', 'fieldSelector=status.phase%3DRunning'])('by %s is refused', async (query) => {
    expect((await (await start()).get(`/api/v1/pods?${query}`)).status).toBe(400)
  })

  test('has pages of one state, whatever is written in the meantime, and a page can be requested again', async () => {
    const client = await start()
    const { body: first } = await client.get('/api/v1/namespaces?limit=3')
    await client.send('DELETE', '/api/v1/namespaces/project-b')
    const rest = `/api/v1/namespaces?limit=3&continue=${first.metadata.continue}`
    const { body: second } = await client.get(rest)
    expect(namesOf(first.items)).toEqual(['default', 'kube-system', 'project-a'])
    expect(namesOf(second.items)).toEqual(['project-b', 'scale-system'])
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion })
    expect((await client.get(rest)).body).toEqual(second)
  })

  test('with an expired token is answered 410 Expired', async () => {
    const client = await start()
    const { metadata } = (await client.get('/api/v1/pods?limit=1')).body
    for (let list = 0; list < 100; list++) await client.get('/api/v1/pods?limit=1')
    const { status, body } = await client.get(`/api/v1/pods?limit=1&continue=${metadata.continue}`)
    expect({ status, body }).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired', code: 410 } })
  })
})

describe('a label selector', () => {
  const labels = { project: 'a', 'app.kubernetes.io/name': 'x', empty: '' }
  test.each([
    ['', true],
    ['project=a', true],
    ['project==a,app.kubernetes.io/name=x', true],
    ['project=b', false],
    ['project!=b', true],
    ['absent!=b', true],
    ['project', true],
    ['absent', false],
    ['!absent', true],
    ['!project', false],
    ['empty=', true],
    ['constructor', false],
  ])('"%s" matches: %s', (selector, matches) => {
    expect(labelSelector(selector)({ metadata: { labels } } as unknown as KubeObject)).toBe(matches)
  })

  test.each(['a b', '=a', 'a in (b)', 'a,,b', 'a > 1', '!a=b'])('"%s" is refused', (selector) =>
    expect(() => labelSelector(selector)).toThrow(/unable to parse requirement/),
  )
})

describe('a watch', () => {
  test('sends the existing objects, then those that begin to match, change and cease to match', async () => {
    const client = await start()
    const path = '/api/v1/namespaces'
    const lines = changes(await fetch(`${client.cluster.url}${path}?watch=true&labelSelector=project=a`))
    const next = async () => {
      const { type, object } = (await lines.next()).value ?? {}
      return `${type} ${object?.metadata.name}`
    }
    expect(await next()).toBe('ADDED project-a')
    await client.patch(`${path}/default`, { metadata: { labels: { project: 'a' } } })
    expect(await next()).toBe('ADDED default')
    await client.patch(`${path}/default`, { metadata: { labels: { more: '' } } })
    expect(await next()).toBe('MODIFIED default')
    await client.patch(`${path}/default`, { metadata: { labels: { project: null } } })
    expect(await next()).toBe('DELETED default')
    await lines.return(undefined)
  })

  test('continues after the version it is given, unless that is too long ago', async () => {
    const client = await start({ podDelayMs: 3_600_000, nodeDelayMs: 3_600_000 })
    const path = '/api/v1/namespaces'
    const { metadata } = (await client.get(path)).body
    const next = async () => {
      const query = `watch=1&resourceVersion=${metadata.resourceVersion}`
      const lines = changes(await fetch(`${client.cluster.url}${path}?${query}`))
      const { value } = await lines.next()
      await lines.return(undefined)
      return value
    }
    await client.patch(`${path}/default`, { metadata: { labels: { a: 'b' } } })
    expect(await next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'default' } } })
    // A thousand changes for one request: each new Pod is one.
    await client.patch(appA, { spec: { replicas: 1_000 } })
    await client.until('/apis/apps/v1/deployments', ([app]) => app?.status?.replicas === 1_000)
    expect(await next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410 } })
  })
})
