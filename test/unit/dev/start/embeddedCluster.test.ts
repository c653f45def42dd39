import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { KubeConfig, loadYaml } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import { startAzureOf, startEmbeddedCluster, writeKubeconfig } from '../../../../dev/start/embeddedCluster.ts'
import { runSdk } from '../../azure/runSdk.ts'

test('the cluster of npm start can be reached as in Azure: by a kubeconfig of ARM and a token of the identity', async () => {
  const cluster = await startEmbeddedCluster()
  const azure = await startAzureOf(cluster)
  const [kubeconfig, token, pools] = await runSdk(azure, [
    ['kubeconfig', 'exec'],
    ['token', '6dae42f8-4368-4678-94ff-3960e28e3630/.default'],
    'pools',
  ])
  const { clusters } = loadYaml<{ clusters: { cluster: Record<string, string> }[] }>(
    String(kubeconfig?.value?.[0]?.value),
  )
  const { server, 'certificate-authority-data': ca = '' } = clusters[0]?.cluster ?? {}
  const dispatcher = new Agent({ connect: { ca: Buffer.from(ca, 'base64') } })
  const { statusCode, body } = await request(`${server}/api/v1/nodes`, {
    headers: { authorization: `Bearer ${token?.value?.token}` },
    dispatcher,
  })
  await body.dump()
  await dispatcher.destroy()
  expect(statusCode).toBe(200)
  expect(pools?.value?.[0]).toMatchObject({ name: 'system', count: 1 })
  await azure.stop()
  await cluster.stop()
})

test('its kubeconfig is a file for this user alone, while it is needed', async () => {
  const cluster = await startEmbeddedCluster()
  const { file, remove } = writeKubeconfig(cluster)
  const config = new KubeConfig()
  config.loadFromString(readFileSync(file, 'utf8'))
  expect(config.getCurrentCluster()).toEqual(cluster.config.getCurrentCluster())
  expect(config.getCurrentUser()?.token).toBe(cluster.config.getCurrentUser()?.token)
  remove()
  expect(existsSync(file)).toBe(false)
  await cluster.stop()
})
