import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { inClusterConnection, kubeconfigConnection } from '../../../shared/kubernetes/index.ts'

let dir: string
let time = 0
const elapsed = () => time
beforeEach(() => {
  time = 0
  dir = mkdtempSync(join(tmpdir(), 'connection-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const write = (name: string, text: string) => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

const kubeconfig = (parts: object) => JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...parts })

/** The parts of a kubeconfig: the way to one cluster, with its address and the person who signs in there. */
const toLab = {
  'current-context': 'lab',
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'me' } }],
}
const lab = {
  clusters: [{ name: 'lab', cluster: { server: 'https://lab:6443' } }],
  users: [{ name: 'me', user: { token: 'mine' } }],
}

test('in the cluster the connection uses the ServiceAccount, whose token is read again when the server refuses it', async () => {
  write('ca.crt', 'the CA')
  write('token', 'old')
  const connection = inClusterConnection({ host: 'fd00::1', port: '443', serviceAccountDir: dir }, elapsed)
  const first = await connection.access()
  expect(first).toMatchObject({ server: 'https://[fd00::1]:443', authorization: 'Bearer old' })
  expect(String(first.tls.ca)).toBe('the CA')

  write('token', 'new')
  expect(await connection.access()).toBe(first)
  const refused = { access: first, because: 'refused' as const }
  const [second, other] = await Promise.all([connection.access(refused), connection.access(refused)])
  expect(second).toMatchObject({ authorization: 'Bearer new' })
  expect(other).toBe(second)
})

test('the files of the ServiceAccount are read again after ten seconds', async () => {
  write('ca.crt', 'the old CA')
  write('token', 'any')
  const connection = inClusterConnection({ host: '10.0.0.1', port: '443', serviceAccountDir: dir }, elapsed)
  const first = await connection.access()
  write('ca.crt', 'the new CA')
  time = 9_999
  expect(await connection.access()).toBe(first)
  time = 10_000
  expect(String((await connection.access()).tls.ca)).toBe('the new CA')
})

test('a ServiceAccount that is not mounted yet is tried again', async () => {
  const connection = inClusterConnection({ host: '10.0.0.1', port: '443', serviceAccountDir: dir }, elapsed)
  await expect(connection.access()).rejects.toThrow('ENOENT')
  write('ca.crt', 'the CA')
  write('token', 'late')
  expect(await connection.access()).toMatchObject({ authorization: 'Bearer late' })
})

test('KUBECONFIG may name several files', async () => {
  const contexts = write('contexts', kubeconfig(toLab))
  const rest = write('rest', kubeconfig(lab))
  const connection = kubeconfigConnection([contexts, rest].join(delimiter), elapsed)
  expect(await connection.access()).toMatchObject({ server: 'https://lab:6443', authorization: 'Bearer mine' })
})

test('a file of KUBECONFIG that does not exist is passed over, as kubectl does, unless none exists', async () => {
  const path = write('config', kubeconfig({ ...toLab, ...lab }))
  const missing = join(dir, 'missing')
  const both = kubeconfigConnection([missing, path, ''].join(delimiter), elapsed)
  expect(await both.access()).toMatchObject({ server: 'https://lab:6443', authorization: 'Bearer mine' })
  await expect(kubeconfigConnection(missing, elapsed).access()).rejects.toThrow(
    `KUBECONFIG names no file that exists: ${missing}`,
  )
})

test('the proxy-url of a cluster is a part of the way there', async () => {
  const clusters = [{ name: 'lab', cluster: { server: 'https://lab:6443', 'proxy-url': 'http://proxy:3128' } }]
  const path = write('config', kubeconfig({ ...toLab, ...lab, clusters }))
  expect(await kubeconfigConnection(path, elapsed).access()).toMatchObject({ proxy: 'http://proxy:3128' })
})

test('a context without a cluster is named', async () => {
  const path = write('config', kubeconfig({ 'current-context': 'gone', contexts: [], clusters: [], users: [] }))
  await expect(kubeconfigConnection(path, elapsed).access()).rejects.toThrow(
    'no cluster for its current context "gone"',
  )
})

describe('an error that will be logged', () => {
  const text = 'users:\n- name: me\n  user:\n    token: '

  test.each([
    ['lines', `${text}my-token\n   bad: indentation\n`, 'bad indentation of a mapping entry in line 5'],
    ['value that begins like a tag', `${text}!my-token\n`, /: unknown scalar tag !… in line \d$/],
    ['value that begins like an alias', `${text}*my-token\n`, /: unidentified alias … in line \d$/],
  ])('says where a kubeconfig is broken, without quoting its %s', async (_what, broken, words) => {
    const path = write('config', broken)
    const error = await Promise.resolve(kubeconfigConnection(path, elapsed).access()).catch((reason: Error) => reason)
    expect(error).toMatchObject({ message: expect.stringContaining(`${path} cannot be read`) })
    expect(error).toMatchObject({ message: expect.stringMatching(words) })
    expect(inspect(error)).not.toContain('my-token')
  })

  test('says that a credential plugin is broken, without quoting its output', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'echo', args: ['my-token'] }
    const path = write('config', kubeconfig({ ...toLab, ...lab, users: [{ name: 'me', user: { exec } }] }))
    const error = await Promise.resolve(kubeconfigConnection(path, elapsed).access()).catch((reason: Error) => reason)
    expect(error).toMatchObject({ message: 'the credential plugin of the kubeconfig did not answer with JSON' })
    expect(inspect(error)).not.toContain('my-token')
  })
})
