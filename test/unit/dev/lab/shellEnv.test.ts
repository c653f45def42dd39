import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import type { Lab } from '../../../../dev/lab/index.ts'
import { shellEnv } from '../../../../dev/lab/shellEnv.ts'
import { readOptions } from '../../../../dev/start/options.ts'

const lab: Lab = {
  name: 'default',
  kubeconfig: '/home/me/kubeconfig',
  kubectl: '/home/me/bin/kubectl',
  functionsUrl: 'http://127.0.0.1:20001',
  scaleApiUrl: 'http://127.0.0.1:20002',
  functionsKey: 'function-key',
  apiKey: 'api-key',
  hosts: true,
  inClusterEnv: {},
  identity: { user: 'object-id', tokens: ['token'] },
}
const names = ['KUBECONFIG', 'FUNCTIONS_URL', 'FUNCTIONS_KEY', 'SCALE_API_URL', 'API_KEY']

/** The environment of a program that a shell starts after `eval` of the lines. */
function evaluated(of: Lab): NodeJS.ProcessEnv {
  const stale = Object.fromEntries(names.map((name) => [name, 'stale']))
  const script = `eval "$LINES_OF_ENV"; exec '${process.execPath}' -p 'JSON.stringify(process.env)'`
  const env = { ...stale, PATH: '/usr/bin:/bin', LINES_OF_ENV: shellEnv(of) }
  return JSON.parse(execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }))
}

describe('env in a shell', () => {
  test('exports the addresses and keys of the lab, and puts its kubectl first on the PATH', () => {
    expect(evaluated(lab)).toMatchObject({
      KUBECONFIG: lab.kubeconfig,
      FUNCTIONS_URL: lab.functionsUrl,
      FUNCTIONS_KEY: lab.functionsKey,
      SCALE_API_URL: lab.scaleApiUrl,
      API_KEY: lab.apiKey,
      PATH: '/home/me/bin:/usr/bin:/bin',
    })
  })

  test('leaves npm start on its own cluster', () => {
    expect(readOptions([], evaluated(lab))).toMatchObject({ cluster: { kind: 'embedded' } })
  })

  test("unsets another lab's variables of the hosts when this one has no hosts", () => {
    const env = evaluated({ ...lab, hosts: false })
    expect(names.filter((name) => name in env)).toEqual(['KUBECONFIG', 'API_KEY'])
  })

  test('unsets the API key when the lab requires none', () => {
    expect(evaluated({ ...lab, apiKey: undefined })).not.toHaveProperty('API_KEY')
  })

  test.each(["it's", '"$HOME"', '`id`', '$(id)', 'a b', '\\', "'; exit 7; '", 'ü', 'two\nlines', '*'])(
    'keeps %j as it is',
    (hostile) => {
      const env = evaluated({ ...lab, kubeconfig: hostile, apiKey: hostile, kubectl: `/${hostile}/bin/kubectl` })
      expect([env.KUBECONFIG, env.API_KEY, env.PATH]).toEqual([hostile, hostile, `/${hostile}/bin:/usr/bin:/bin`])
    },
  )
})
