import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'
import { scheduleTick } from '../../../../dev/start/scheduleTick.ts'

describe('npm start ends with one readable sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'start-'))
  const broken = join(folder, 'broken')
  const empty = join(folder, 'empty')
  writeFileSync(broken, '{{')
  writeFileSync(empty, 'apiVersion: v1\nkind: Config\n')
  afterAll(() => rmSync(folder, { recursive: true }))

  const ownKubeconfig = ['--cluster', 'kubeconfig']

  test.each([
    ['an option is unknown', ['--prot', '1'], {}, /^✗ Unknown option '--prot': npm start -- --help lists .*\n$/],
    [
      'a setting cannot be used',
      [],
      { PROJECTS: '[{' },
      /^✗ These settings cannot be used:\n {2}PROJECTS: must be JSON\n$/,
    ],
    [
      'half of an AKS cluster is named',
      ['--cluster', 'aks'],
      { AKS_CLUSTER_NAME: 'c' },
      /^✗ --cluster aks lacks AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP: .*\n$/,
    ],
    [
      'KUBECONFIG does not exist',
      ownKubeconfig,
      { KUBECONFIG: '/no/such/file' },
      /^✗ KUBECONFIG=\/no\/such\/file does not exist: name a kubeconfig with --kubeconfig FILE\.\n$/,
    ],
    ['KUBECONFIG is no kubeconfig', ownKubeconfig, { KUBECONFIG: broken }, /^✗ KUBECONFIG=\S+broken cannot be read: /],
    [
      'KUBECONFIG names no cluster',
      ownKubeconfig,
      { KUBECONFIG: empty },
      /^✗ KUBECONFIG=\S+empty has no current context with a cluster: choose one with --context NAME; it has none\.\n$/,
    ],
  ])('when %s', async (...[, args, env, sentence]) => {
    const { code, errors } = await start(['--port', '0', ...args], env)
    expect(errors).toMatch(sentence)
    expect(code).toBe(1)
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
