import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach, expect, test } from '@jest/globals'
import { startCluster } from '../../../../dev/cluster/index.ts'
import { askProjects, findSample } from '../../../../dev/start/askHost.ts'
import { apiOn } from '../../api/apiOn.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test('the commands are about the first project of PROJECTS that is there, and no other is asked', async () => {
  const embedded = await startCluster({ controllers: false })
  const client = clusterAt(embedded.url)
  const project = { scaleDown: [], scaleUp: [], timeZone: 'UTC' }
  const projects = [
    { ...project, name: 'gone', namespaces: ['gone'] },
    { ...project, name: 'mine', namespaces: ['project-b'] },
    { ...project, name: 'other', namespaces: ['project-a'] },
  ]
  const { api, records } = apiOn(client.cluster, { projects })
  const server = createServer(getRequestListener(api.fetch))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
    client.close,
    embedded.stop,
  )
  const access = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  expect(await findSample(access, (await askProjects(access)) ?? [])).toEqual({
    project: 'mine',
    namespace: 'project-b',
    deployment: 'sample-app-b',
  })
  expect(records.map(({ status }) => status)).toEqual([200, 200])
})
