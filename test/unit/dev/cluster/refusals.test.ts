import { describe, expect, test } from '@jest/globals'
import { appA, clusters, deployment, deploymentsOfA, jsonPatchType, mergePatchType, refusal } from './cluster.ts'

const start = clusters()

describe('the server refuses', () => {
  test('an unknown object, naming it', async () => {
    const client = await start()
    expect(await client.get(`${deploymentsOfA}/x`)).toEqual(
      refusal(404, 'NotFound', {
        message: 'deployments.apps "x" not found',
        details: { name: 'x', group: 'apps', kind: 'deployments' },
      }),
    )
    expect(await client.patch(`${deploymentsOfA}/x`, {})).toMatchObject({ status: 404 })
  })

  test('a path at which nothing is served', async () => {
    const client = await start()
    for (const path of ['/apis/apps/v9/deployments', '/apis/apps/v1/unknown', `${appA}/unknown`, '/api/v1/pods/x']) {
      const message = 'the server could not find the requested resource'
      expect(await client.get(path)).toEqual(refusal(404, 'NotFound', { message, details: {} }))
    }
  })

  test.each(['/x', '/apis/unknown/v1/x', '/apis/keda.sh/v1alpha1/scaledobjects', '/apis/keda.sh/v1alpha1'])(
    '%s, of a group that it does not know, in plain text',
    async (path) => expect(await (await start()).get(path)).toEqual({ status: 404, body: '404 page not found\n' }),
  )

  test.each([
    ['POST', appA],
    ['PUT', appA],
    ['DELETE', `${appA}/scale`],
    ['POST', '/apis/apps/v1/deployments'],
    ['DELETE', deploymentsOfA],
  ])('the method of %s %s', async (method, path) => {
    expect(await (await start()).send(method, path, { body: {} })).toMatchObject(refusal(405, 'MethodNotAllowed', {}))
  })

  test.each([
    ['application/apply-patch+yaml', '{}'],
    ['text/plain', '{}'],
    // A list in a strategic patch is merged by keys that only the schema knows.
    ['application/strategic-merge-patch+json', '{"spec":{"template":{"spec":{"containers":[]}}}}'],
  ])('a patch of type %s: %s', async (type, body) => {
    const answer = await (await start()).send('PATCH', appA, { body, type })
    expect(answer).toMatchObject(refusal(415, 'UnsupportedMediaType', {}))
  })

  test.each([
    ['PATCH', appA, '{'],
    ['PATCH', appA, '{"metadata":null}'],
    ['POST', deploymentsOfA, '[]'],
  ])('a body that is not an object in %s %s: %s', async (method, path, body) => {
    const type = method === 'PATCH' ? mergePatchType : 'application/json'
    expect(await (await start()).send(method, path, { body, type })).toMatchObject(refusal(400, 'BadRequest', {}))
  })

  test('negative replicas, naming the field', async () => {
    const client = await start()
    const message = 'Invalid value: -1: must be greater than or equal to 0'
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }]
    expect(await client.patch(appA, { spec: { replicas: -1 } })).toEqual(
      refusal(422, 'Invalid', {
        message: `Deployment.apps "sample-app-a" is invalid: spec.replicas: ${message}`,
        details: { name: 'sample-app-a', group: 'apps', kind: 'Deployment', causes },
      }),
    )
    expect(await client.patch(`${appA}/scale`, { spec: { replicas: -1 } })).toMatchObject({
      status: 422,
      body: { message: `Scale.autoscaling "sample-app-a" is invalid: spec.replicas: ${message}` },
    })
    expect(await client.send('POST', deploymentsOfA, { body: deployment('x', { replicas: -1 }) })).toMatchObject({
      status: 422,
    })
  })

  test.each(['2', 1.5, 2 ** 31])('%p replicas', async (replicas) => {
    const answer = await (await start()).patch(appA, { spec: { replicas } })
    expect(answer).toMatchObject(refusal(422, 'Invalid', {}))
  })

  test('a JSON Patch with a failing test, without saying which', async () => {
    const client = await start()
    const { body: before } = await client.get(appA)
    const failing = [
      { op: 'replace', path: '/spec/replicas', value: 0 },
      { op: 'test', path: '/spec/replicas', value: 5 },
    ]
    expect(await client.patch(appA, failing, jsonPatchType)).toEqual(
      refusal(422, 'Invalid', {
        message: 'the server rejected our request due to an error in our request',
        details: {},
      }),
    )
    expect((await client.get(appA)).body).toEqual(before)
  })

  test('a resourceVersion that is not the newest', async () => {
    const client = await start()
    const stale = (await client.get(appA)).body.metadata.resourceVersion
    await client.patch(appA, { spec: { replicas: 1 } })
    const metadata = { resourceVersion: stale }
    for (const path of [appA, `${appA}/scale`]) {
      expect(await client.patch(path, { metadata, spec: { replicas: 0 } })).toMatchObject(
        refusal(409, 'Conflict', {
          message:
            'Operation cannot be fulfilled on deployments.apps "sample-app-a": the object has been modified; please apply your changes to the latest version and try again',
          details: { name: 'sample-app-a', group: 'apps', kind: 'deployments' },
        }),
      )
    }
    expect((await client.get(appA)).body.spec?.replicas).toBe(1)
  })

  test('a new object whose name is taken, whose namespace is missing, or which has no name', async () => {
    const client = await start()
    const post = (namespace: string, body: object) =>
      client.send('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, { body })
    expect(await post('project-a', deployment('sample-app-a'))).toMatchObject(
      refusal(409, 'AlreadyExists', { message: 'deployments.apps "sample-app-a" already exists' }),
    )
    expect(await post('x', deployment('y'))).toMatchObject(
      refusal(404, 'NotFound', { message: 'namespaces "x" not found', details: { name: 'x', kind: 'namespaces' } }),
    )
    expect(await post('project-a', { ...deployment('y'), metadata: {} })).toMatchObject({ status: 422 })
  })

  test('an unknown value of dryRun, without carrying out the change', async () => {
    const client = await start()
    expect(await client.patch(`${appA}?dryRun=x`, { spec: { replicas: 7 } })).toMatchObject({ status: 400 })
    expect((await client.get(appA)).body.spec?.replicas).toBe(2)
  })
})
