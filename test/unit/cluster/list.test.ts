import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../../dev/cluster/objects.ts'
import { changes, clusters } from './cluster.ts'

const start = clusters()
const namesOf = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name)

describe('a list', () => {
  test('is of one namespace or of all, and selects by labels and fields', async () => {
    const client = await start()
    const names = async (path: string) => namesOf((await client.get(path)).body.items)
    expect(await names('/apis/apps/v1/deployments')).toEqual(['sample-app-a', 'sample-app-b'])
    expect(await names('/apis/apps/v1/namespaces/project-b/deployments')).toEqual(['sample-app-b'])
    expect(await names('/apis/apps/v1/namespaces/unknown/deployments')).toEqual([])
    expect(await names('/api/v1/nodes?labelSelector=project%20in%20(a)')).toEqual(['aks-projecta-10000000-vmss000000'])
    expect(await names('/api/v1/namespaces?fieldSelector=metadata.name=project-a')).toEqual(['project-a'])
    expect((await client.get('/api/v1/nodes?labelSelector=a%20b')).status).toBe(400)
    const { body } = await client.get('/api/v1/nodes')
    expect(body).toMatchObject({ kind: 'NodeList', apiVersion: 'v1' })
    expect(body.items[0]).not.toHaveProperty('kind')
  })

  test('comes in pages of one state, whatever is written meanwhile', async () => {
    const client = await start()
    const first = await client.get('/api/v1/namespaces?limit=4')
    expect(first.body.metadata.remainingItemCount).toBe(2)
    await client.send('DELETE', '/api/v1/namespaces/project-b')
    const token = first.body.metadata.continue
    const second = await client.get(`/api/v1/namespaces?limit=4&continue=${token}`)
    expect(namesOf([...first.body.items, ...second.body.items])).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      'project-a',
      'project-b',
    ])
    expect(second.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion })
  })

  test('fills its pages with what the selector selects', async () => {
    const client = await start()
    const { body } = await client.get('/api/v1/namespaces?limit=1&labelSelector=project')
    expect(namesOf(body.items)).toEqual(['project-a'])
    expect(body.metadata).not.toHaveProperty('remainingItemCount')
    const rest = await client.get(`/api/v1/namespaces?limit=1&labelSelector=project&continue=${body.metadata.continue}`)
    expect(namesOf(rest.body.items)).toEqual(['project-b'])
  })

  test('whose token is too old is 410 Expired, with a token that goes on in the newest state', async () => {
    const client = await start()
    const old = Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"kube-system\\u0000"}').toString('base64url')
    const { status, body } = await client.get(`/api/v1/namespaces?limit=1&continue=${old}`)
    expect({ status, body }).toMatchObject({ status: 410, body: { reason: 'Expired', code: 410 } })
    const rest = await client.get(`/api/v1/namespaces?limit=9&continue=${body.metadata.continue}`)
    expect(namesOf(rest.body.items)).toEqual(['project-a', 'project-b'])
  })

  test('whose token is none is a bad request', async () => {
    expect(await (await start()).get('/api/v1/namespaces?continue=abc')).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest', message: expect.stringContaining('continue key is not valid') },
    })
  })
})

describe('a watch', () => {
  test('tells what is there, then what comes to match, changes and ceases to match', async () => {
    const client = await start()
    const path = '/api/v1/namespaces'
    const response = await fetch(`${client.cluster.url}${path}?watch=true&labelSelector=project=a`)
    const lines = changes(response)
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

  test('goes on after the version it is given', async () => {
    const client = await start()
    const { metadata } = (await client.get('/api/v1/namespaces')).body
    await client.patch('/api/v1/namespaces/default', { metadata: { labels: { a: 'b' } } })
    const query = `watch=1&resourceVersion=${metadata.resourceVersion}`
    const lines = changes(await fetch(`${client.cluster.url}/api/v1/namespaces?${query}`))
    expect((await lines.next()).value).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'default' } } })
    await lines.return(undefined)
  })
})
