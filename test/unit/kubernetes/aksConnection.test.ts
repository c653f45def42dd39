import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { type AksSource, aksConnection } from '../../../shared/kubernetes/index.ts'
import { ScalingError } from '../../../shared/scaling/index.ts'

interface Parts {
  server?: string
  ca?: string
  user?: object
}

/** A kubeconfig as AKS writes it for a cluster with Entra ID: see test/fixtures/azure/kubeconfig-exec.yaml. */
const kubeconfig = ({
  server = 'https://cluster1:443',
  ca = 'the CA',
  user = { exec: { command: 'kubelogin' } },
}: Parts) =>
  JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  })

function connectionTo(parts: Parts, more: Partial<AksSource> = {}) {
  const state = { parts, now: 0, kubeconfigs: 0, explained: 0, refused: [] as (string | undefined)[] }
  const connection = aksConnection(
    {
      kubeconfig: async () => {
        state.kubeconfigs++
        return kubeconfig(state.parts)
      },
      token: async (refused) => {
        state.refused.push(refused)
        return refused === undefined ? 'first' : 'second'
      },
      explainUnreachable: async () => {
        state.explained++
        return undefined
      },
      advice: 'apply the role',
      ...more,
    },
    () => state.now,
  )
  return { state, connection }
}

describe('a connection to AKS', () => {
  test('takes the server and its CA from the kubeconfig, and brings a token instead of its user', async () => {
    const { connection } = connectionTo({})
    const access = await connection.access()
    expect(access).toMatchObject({ server: 'https://cluster1:443', authorization: 'Bearer first' })
    expect(String(access.tls.ca)).toBe('the CA')
  })

  test('says where the kubeconfig is broken, without quoting its lines', async () => {
    const { connection } = connectionTo({}, { kubeconfig: async () => 'users:\n- user: {token: my-token\n- x: y\n' })
    const error = await Promise.resolve(connection.access()).catch((reason: Error) => reason)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^the kubeconfig of the AKS cluster cannot be read: .* in line \d$/),
    })
    expect(inspect(error)).not.toContain('my-token')
  })

  test('asks for the kubeconfig once, and returns the same object while nothing changes', async () => {
    const { state, connection } = connectionTo({})
    const all = await Promise.all(Array.from({ length: 20 }, () => connection.access()))
    expect(new Set([...all, await connection.access()]).size).toBe(1)
    expect(state.kubeconfigs).toBe(1)
  })

  test('passes on which token was refused', async () => {
    const { state, connection } = connectionTo({})
    const access = await connection.access()
    expect(await connection.access({ access, because: 'refused' })).toMatchObject({ authorization: 'Bearer second' })
    expect(state.refused).toEqual([undefined, 'first'])
  })

  test('finds a rebuilt cluster, with one lookup for all calls', async () => {
    const { state, connection } = connectionTo({})
    const access = await connection.access()
    state.parts = { ca: 'another CA' }
    const failed = { access, because: 'unreachable' as const }
    const again = await Promise.all([connection.access(failed), connection.access(failed)])
    expect(again.map(({ tls }) => String(tls.ca))).toEqual(['another CA', 'another CA'])
    expect(state).toMatchObject({ kubeconfigs: 2, explained: 0 })
  })

  test('says what Azure knows about a silent cluster, and asks Azure again only after a while', async () => {
    const why = new ScalingError('cluster-stopped', 'start it')
    let explained = 0
    const { state, connection } = connectionTo(
      {},
      {
        explainUnreachable: async () => {
          explained++
          return why
        },
      },
    )
    const failed = { access: await connection.access(), because: 'unreachable' as const }
    await expect(connection.access(failed)).rejects.toBe(why)
    await expect(connection.access(failed)).rejects.toBe(why)
    expect(explained).toBe(1)
    state.now = 10_000
    await expect(connection.access(failed)).rejects.toBe(why)
    expect(explained).toBe(2)
  })

  test.each([
    ['azure-unreachable', 'keeps the kubeconfig that it has'],
    ['azure-throttled', 'keeps the kubeconfig that it has'],
    ['cluster-not-found', 'says so'],
    ['azure-role-missing', 'says so'],
  ] as const)('when Azure answers %s about a silent cluster it %s', async (code, what) => {
    let fails = false
    const { connection } = connectionTo(
      {},
      {
        kubeconfig: async () => {
          if (fails) throw new ScalingError(code, 'as Azure says')
          return kubeconfig({})
        },
      },
    )
    const access = await connection.access()
    fails = true
    const again = connection.access({ access, because: 'unreachable' })
    if (what === 'says so') await expect(again).rejects.toMatchObject({ code })
    else expect(await again).toEqual(access)
  })

  test('tries again after a failed request for the kubeconfig', async () => {
    const answers = [Promise.reject(new ScalingError('azure-unreachable', 'x')), Promise.resolve(kubeconfig({}))]
    const { connection } = connectionTo({}, { kubeconfig: () => answers.shift() as Promise<string> })
    await expect(connection.access()).rejects.toMatchObject({ code: 'azure-unreachable' })
    expect(await connection.access()).toMatchObject({ authorization: 'Bearer first' })
  })

  test.each([
    ['without Entra ID', { user: { token: 'of the local account' } }, '--enable-aad'],
    ['without TLS', { server: 'http://cluster1' }, 'no token is sent without TLS'],
  ])('refuses a cluster %s', async (_what, parts, text) => {
    await expect(connectionTo(parts).connection.access()).rejects.toThrow(text)
  })
})
