import { describe, expect, test } from '@jest/globals'
import { appA, clusters, deployment, deploymentsOfA, jsonPatchType, refusal } from './cluster.ts'

const start = clusters()

describe('a write', () => {
  test('creates, defaults to one replica, and deletes', async () => {
    const client = await start()
    const created = await client.send('POST', deploymentsOfA, { body: deployment('new') })
    expect(created).toMatchObject({
      status: 201,
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { namespace: 'project-a', generation: 1 },
        spec: { replicas: 1 },
      },
    })
    expect(await client.send('DELETE', `${deploymentsOfA}/new`)).toMatchObject({
      status: 200,
      body: { status: 'Success' },
    })
    await client.until('/api/v1/namespaces/project-a/pods', (pods) => pods.length === 2)
  })

  test('with dryRun=All is computed but not stored', async () => {
    const client = await start()
    const { body: before } = await client.get(appA)
    const answer = await client.patch(`${appA}?dryRun=All`, { spec: { replicas: 7 } })
    expect(answer).toMatchObject({ status: 200, body: { spec: { replicas: 7 } } })
    await client.send('POST', `${deploymentsOfA}?dryRun=All`, { body: deployment('new') })
    await client.send('DELETE', `${appA}?dryRun=All`)
    await client.send('DELETE', appA, { body: { kind: 'DeleteOptions', dryRun: ['All'] } })
    expect((await client.get(appA)).body).toEqual(before)
    expect((await client.get(`${deploymentsOfA}/new`)).status).toBe(404)
  })

  test('that changes nothing keeps the resourceVersion', async () => {
    const client = await start()
    const { body: before } = await client.get(appA)
    expect((await client.patch(appA, { spec: { replicas: 2 } })).body).toEqual(before)
  })

  test("raises the generation when it changes the spec or a Deployment's annotations, but not for labels", async () => {
    const client = await start()
    const generationAfter = async (patch: object) => (await client.patch(appA, patch)).body.metadata.generation
    expect(await generationAfter({ metadata: { labels: { a: 'b' } } })).toBe(1)
    expect(await generationAfter({ metadata: { annotations: { a: 'b' } } })).toBe(2)
    expect(await generationAfter({ spec: { replicas: 1 } })).toBe(3)
  })

  test('cannot change the fields of the server or of the controllers', async () => {
    const client = await start()
    const { body: before } = await client.get(appA)
    const metadata = { creationTimestamp: '2000-01-01T00:00:00Z', generation: 99, annotations: { a: 'b' } }
    const { body } = await client.patch(appA, { metadata, status: { replicas: 99 } })
    expect(body.metadata).toMatchObject({ creationTimestamp: before.metadata.creationTimestamp, generation: 2 })
    expect(body.status).toEqual(before.status)
    const { body: renamed } = await client.patch(appA, { kind: 'Pod', metadata: { name: 'other' } })
    expect(renamed).toMatchObject({ kind: 'Deployment', metadata: { name: 'sample-app-a' } })
  })

  test('that removes the last annotation removes the map, too', async () => {
    const client = await start()
    const { body } = await client.patch(appA, { metadata: { annotations: null } })
    expect(body.metadata).not.toHaveProperty('annotations')
    const whole = [
      { op: 'test', path: '/metadata/annotations', value: null },
      { op: 'add', path: '/metadata/annotations', value: { 'a/b': '1' } },
    ]
    expect((await client.patch(appA, whole, jsonPatchType)).body.metadata.annotations).toEqual({ 'a/b': '1' })
  })

  test('that sets the replicas makes its field manager their owner', async () => {
    const client = await start()
    const owners = async (path: string, replicas: number) => {
      await client.patch(path, { spec: { replicas } })
      return (await client.get(appA)).body.metadata.managedFields
    }
    const fields = { fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:replicas': {} } }, operation: 'Update' }
    const owner = { ...fields, apiVersion: 'apps/v1' }
    expect(await owners(`${appA}?fieldManager=aks-scale-to-zero`, 0)).toContainEqual({
      ...{ ...owner, manager: 'aks-scale-to-zero', time: expect.any(String) },
    })
    const scaled = await owners(`${appA}/scale`, 3)
    // No time is recorded for a write through the scale subresource.
    expect(scaled).toContainEqual({ ...owner, manager: 'tester', subresource: 'scale' })
    expect(scaled).not.toContainEqual(expect.objectContaining({ manager: 'aks-scale-to-zero' }))
  })

  test('of an Event generates its name', async () => {
    const client = await start()
    const path = '/api/v1/namespaces/default/events'
    const { body } = await client.send('POST', path, { body: { metadata: { generateName: 'e.' }, reason: 'ScaledUp' } })
    expect(body.metadata.name).toMatch(/^e\.\w{5}$/)
    expect((await client.get(path)).body.items).toEqual([
      expect.objectContaining({ kind: 'Event', reason: 'ScaledUp' }),
    ])
  })

  test('of an Event about a namespace is accepted in default and refused elsewhere', async () => {
    const client = await start()
    const post = (namespace: string, about: object) =>
      client.send('POST', `/api/v1/namespaces/${namespace}/events`, {
        body: { metadata: { name: 'e' }, involvedObject: { name: 'project-a', ...about } },
      })
    expect(await post('default', { kind: 'Namespace' })).toMatchObject({ status: 201 })
    const message = 'Invalid value: "": does not match event.namespace'
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'involvedObject.namespace' }]
    expect(await post('project-a', { kind: 'Namespace' })).toEqual(
      refusal(422, 'Invalid', {
        message: `Event "e" is invalid: involvedObject.namespace: ${message}`,
        details: { name: 'e', kind: 'Event', causes },
      }),
    )
    expect(await post('project-a', { kind: 'Pod', namespace: 'project-b' })).toMatchObject({ status: 422 })
    expect(await post('project-a', { kind: 'Pod', namespace: 'project-a' })).toMatchObject({ status: 201 })
  })

  test("of a namespace's annotations merges them", async () => {
    const client = await start()
    const annotate = async (annotations: object) =>
      (await client.patch('/api/v1/namespaces/project-a', { metadata: { annotations } })).body.metadata
    await annotate({ a: '1', b: '2' })
    expect(await annotate({ a: null, c: '3' })).toMatchObject({
      annotations: { b: '2', c: '3' },
      labels: { project: 'a' },
    })
  })

  test('by kubectl annotate, a strategic patch without lists, is applied as a merge patch', async () => {
    const patch = { metadata: { annotations: { a: 'b' } } }
    const { body } = await (await start()).patch(appA, patch, 'application/strategic-merge-patch+json')
    expect(body.metadata.annotations).toEqual({ a: 'b' })
  })

  test('that deletes a namespace deletes everything in it', async () => {
    const client = await start()
    await client.send('DELETE', '/api/v1/namespaces/project-a')
    expect((await client.get(appA)).status).toBe(404)
    expect((await client.get('/api/v1/pods')).body.items).toHaveLength(1)
  })
})

test('the scale of a Deployment can be read and patched', async () => {
  const client = await start()
  const scale = { kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 2 }, status: { replicas: 2 } }
  expect((await client.get(`${appA}/scale`)).body).toMatchObject(scale)
  expect((await client.patch(`${appA}/scale`, { spec: { replicas: 0 } })).body.spec).toEqual({})
  expect((await client.get(appA)).body.spec?.replicas).toBe(0)
})

test('discovery shows kubectl each row of the resource table', async () => {
  const client = await start()
  expect((await client.get('/version')).body).toMatchObject({ gitVersion: expect.stringMatching(/^v1\./) })
  expect((await client.get('/api')).body).toMatchObject({ versions: ['v1'] })
  expect((await client.get('/apis')).body).toMatchObject({
    groups: [
      { name: 'apps' },
      { name: 'batch' },
      { name: 'autoscaling' },
      { name: 'coordination.k8s.io' },
      { name: 'policy' },
    ],
  })
  const { body } = await client.get('/apis/apps/v1')
  expect(body.resources).toMatchObject([
    { name: 'deployments', shortNames: ['deploy'], namespaced: true },
    { name: 'deployments/scale', group: 'autoscaling' },
    { name: 'statefulsets', shortNames: ['sts'], namespaced: true },
    { name: 'statefulsets/scale', group: 'autoscaling' },
  ])
  expect((await client.get('/api/v1')).body.resources).toContainEqual(
    expect.objectContaining({ name: 'nodes', namespaced: false }),
  )
})
