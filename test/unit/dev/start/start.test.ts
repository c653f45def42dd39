import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { announcement } from '../../../../dev/start/announcement.ts'
import { curlCommands } from '../../../../dev/start/curlCommands.ts'
import { describeNode, describePod } from '../../../../dev/start/describe.ts'
import { scheduleTick } from '../../../../dev/start/scheduleTick.ts'

// Each test starts a process or more, which takes long on a busy machine.
jest.setTimeout(30_000)

describe('the commands to paste', () => {
  const url = 'http://127.0.0.1:7071'
  const workload = `${url}/api/v1/deployments/project-a/sample-app-a`

  test('carry the function key for the Functions host', () => {
    expect(curlCommands({ url, functionKey: 'k&y' })).toEqual([
      `curl -X POST '${workload}/scale-to-zero?code=k%26y' -d '{"reason":"end of the working day"}'`,
      `curl '${workload}/status?code=k%26y'`,
      `curl -X POST '${workload}/restore?code=k%26y' -d '{"reason":"back to work"}'`,
    ])
  })

  test('carry the API key for the in-cluster host', () => {
    expect(curlCommands({ url, apiKey: 'k' })[1]).toBe(`curl '${workload}/status' -H 'Authorization: Bearer k'`)
  })

  test('survive a shell, whatever the key', () => {
    const [, command = ''] = curlCommands({ url, apiKey: `it's "$HOME"` })
    const printed = execFileSync('sh', ['-c', command.replace('curl', `printf '%s\\n'`)], { encoding: 'utf8' })
    expect(printed).toBe(`${workload}/status\n-H\nAuthorization: Bearer it's "$HOME"\n`)
  })
})

describe('the live lines', () => {
  const metadata = { namespace: 'project-a', name: 'sample-app-a-x' }
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] }

  test.each([
    [{ metadata, status: { phase: 'Pending' } }, 'pending waiting for a node'],
    [{ metadata, spec: { nodeName: 'n1' }, status: { phase: 'Running' } }, 'running on n1'],
    [{ metadata, spec: { nodeName: 'n1' }, status: { phase: 'Running', ...ready } }, 'running on n1, ready'],
    [{ metadata: { ...metadata, deletionTimestamp: new Date(0) }, status: ready }, 'terminating'],
  ])('say of a pod %j that it is %s', (pod, expected) => {
    expect(describePod(pod as Parameters<typeof describePod>[0])).toBe(`pod   project-a/sample-app-a-x  ${expected}`)
  })

  test.each([
    [{ metadata: { name: 'n1' }, status: ready }, 'node  n1  ready'],
    [{ metadata: { name: 'n1' }, status: ready, spec: { unschedulable: true } }, 'node  n1  ready, takes no more pods'],
    [{ metadata: { name: 'n1', labels: { 'kubernetes.azure.com/agentpool': 'a' } } }, 'node  n1 (pool a)  not ready'],
  ])('say of a node %j: %s', (node, expected) => {
    expect(describeNode(node as Parameters<typeof describeNode>[0])).toBe(expected)
  })
})

describe('npm start ends with one readable sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'start-'))
  const broken = join(folder, 'broken')
  const empty = join(folder, 'empty')
  writeFileSync(broken, '{{')
  writeFileSync(empty, 'apiVersion: v1\nkind: Config\n')
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['an option is unknown', ['--prot', '1'], {}, /^✗ Unknown option '--prot'/],
    ['there is no such host', ['--host', 'nowhere'], {}, /^✗ --host nowhere is neither functions nor scale-api\.\n$/],
    ['the port is no port', ['--port', 'http'], {}, /^✗ --port http is no port\.\n$/],
    [
      'a setting cannot be used',
      [],
      { PROJECTS: '[{' },
      /^✗ These settings cannot be used:\n {2}PROJECTS: must be JSON\n$/,
    ],
    [
      'half of an AKS cluster is named',
      [],
      { AKS_CLUSTER_NAME: 'c' },
      /^✗ These settings cannot be used:\n {2}AKS_SUBSCRIPTION_ID: is missing: .*\n {2}AKS_RESOURCE_GROUP: .*\n$/,
    ],
    [
      'KUBECONFIG does not exist',
      [],
      { KUBECONFIG: '/no/such/file' },
      /^✗ KUBECONFIG=\/no\/such\/file does not exist\.\n$/,
    ],
    ['KUBECONFIG is no kubeconfig', [], { KUBECONFIG: broken }, /^✗ KUBECONFIG=\S+broken cannot be read: /],
    [
      'KUBECONFIG names no cluster',
      [],
      { KUBECONFIG: empty },
      /^✗ KUBECONFIG=\S+empty has no current context with a cluster\.\n$/,
    ],
  ])('when %s', async (...[, args, env, sentence]) => {
    const { code, errors } = await start(['--port', '0', ...args], env)
    expect(errors).toMatch(sentence)
    expect(code).toBe(1)
  })

  test('when PORT is no port', async () => {
    const { code, errors } = await start([], { PORT: 'http' })
    expect([code, errors]).toEqual([1, '✗ PORT=http is no port.\n'])
  })

  test.each([
    ['npm start', []],
    ['npm run start:scale-api', ['--host', 'scale-api']],
  ])('when the port of %s is taken', async (command, args) => {
    const other = createServer()
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
    const { port } = other.address() as AddressInfo
    const { code, errors } = await start(args, { PORT: String(port) })
    const next = `${command} -- --port ${port + 1}`
    expect([code, errors]).toEqual([
      1,
      `✗ Port ${port} is taken: stop what listens on it, or choose another with ${next}\n`,
    ])
    other.close()
  })
})

describe('what npm start says when the host runs', () => {
  const said = { access: { url: 'http://127.0.0.1:7071' }, schedules: '', live: 'Nothing shows.' }

  test('is what to paste', () => {
    expect(announcement({ ...said, isReady: true })).toMatch(/^\nReady\. Paste these into another terminal: /)
  })

  test('is not that it is ready while its cluster does not answer', () => {
    const text = announcement({ ...said, isReady: false })
    expect(text).toContain('does not answer: see http://127.0.0.1:7071/ready')
    expect(text).toContain('When it does, paste these')
    expect(text).not.toContain('Ready.')
  })
})

test.each([
  ['every 10 seconds', 'embedded', {}, {}, '*/10 * * * * *'],
  ['as it is in the environment', 'embedded', { SCHEDULE_TICK: 'mine' }, {}, 'mine'],
  ['every 10 seconds', 'embedded', {}, { SCHEDULE_TICK: 'of the file' }, '*/10 * * * * *'],
  ['as the file says', 'kubeconfig', {}, { SCHEDULE_TICK: 'of the file' }, 'of the file'],
  ['every 10 seconds', 'aks', {}, {}, '*/10 * * * * *'],
] as const)(
  'the timers of npm start look %s on the cluster %s, when its environment is %j and its file %j',
  (...row) => {
    const [, kind, environment, file, tick] = row
    expect(scheduleTick(kind, environment, { ...file, ...environment })).toBe(tick)
  },
)

async function start(args: string[], env: object): Promise<{ code: unknown; errors: string }> {
  const main = fileURLToPath(new URL('../../../../dev/start.ts', import.meta.url))
  const { PATH } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const [code] = await once(child, 'close')
  return { code, errors }
}
