import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { AppsV1Api, KubeConfig } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import { type Certificate, createLoopbackCertificate } from '../../../../dev/loopbackCertificate.ts'

describe('a secure embedded cluster', () => {
  let cluster: EmbeddedCluster
  let certificate: Certificate
  let dispatcher: Agent
  beforeEach(async () => {
    certificate = await createLoopbackCertificate()
    cluster = await startCluster({ secure: { certificate, tokens: ['one', 'two'] } })
    dispatcher = new Agent({ connect: { ca: certificate.cert } })
  })
  afterEach(async () => {
    await dispatcher.destroy()
    await cluster.stop()
  })

  const get = async (headers: Record<string, string>) => {
    const { statusCode, body } = await request(`${cluster.url}/api/v1/nodes`, { dispatcher, headers })
    return { status: statusCode, body: await body.json() }
  }

  test.each(['one', 'two'])('serves a client with the token %s over HTTPS', async (token) => {
    expect(cluster.url).toMatch(/^https:/)
    expect(await get({ authorization: `Bearer ${token}` })).toMatchObject({ status: 200, body: { kind: 'NodeList' } })
  })

  test.each([
    ['an unknown token', { authorization: 'Bearer three' }],
    ['no token', {}],
  ])('answers 401 to %s, as the real API server does', async (_what, headers) => {
    expect(await get(headers as Record<string, string>)).toEqual({
      status: 401,
      body: {
        ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
        ...{ message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
      },
    })
  })

  test('has a kubeconfig for an administrator, with its CA', async () => {
    const config = new KubeConfig()
    config.loadFromString(cluster.kubeconfig)
    expect(config.getCurrentCluster()).toMatchObject({ server: cluster.url, skipTLSVerify: false })
    const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: 'project-a' })
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['sample-app-a'])
  })
})
