import { describe, expect, test } from '@jest/globals'
import { kwokConfig } from '../../../../dev/lab/kwokConfig.ts'
import { type Ports, portNames } from '../../../../dev/lab/labState.ts'

const ports = Object.fromEntries(portNames.map((name, index) => [name, 20_000 + index])) as Ports
const built = { path: (artifact: string) => `/cache/${artifact}`, version: () => 'v1.2.3' }
const [cluster, forward] = kwokConfig({ built, ports, scaleApiLog: '/log', identityTokens: '/tokens.csv' })
  .split('\n---\n')
  .map((document) => JSON.parse(document))

describe('the control plane of a lab', () => {
  test('is open to this machine only', () => {
    expect(cluster.options).toMatchObject({ bindAddress: '127.0.0.1', kubeApiserverPort: ports.apiServer })
    const target = { address: '127.0.0.1', port: ports.scaleApi }
    expect(forward.spec.forwards).toEqual([{ ports: [8080], target }])
  })

  test("accepts the tokens of the function app's identity, and otherwise has its defaults", () => {
    const patches = cluster.componentsPatches as { name: string; extraArgs: object[] }[]
    expect(patches.filter(({ name }) => name === 'kube-apiserver')).toEqual([
      { name: 'kube-apiserver', extraArgs: [{ key: 'token-auth-file', value: '/tokens.csv' }] },
    ])
    expect(cluster.options).not.toHaveProperty('disableQPSLimits')
  })
})
