import { expect, test } from '@jest/globals'
import type { KubeObject } from '../../../../dev/cluster/objects.ts'
import { appA, clusters } from './cluster.ts'

const start = clusters()
const podsOfA = '/api/v1/namespaces/project-a/pods'
const eventsOfA = '/api/v1/namespaces/project-a/events'

test('each step of a Pod that needs a new node is an Event, as in a real cluster', async () => {
  const client = await start()
  await client.patch(appA, { spec: { replicas: 0 } })
  await client.until('/api/v1/nodes?labelSelector=project=a', (nodes) => nodes.length === 0)
  await client.patch(appA, { spec: { replicas: 1 } })
  const isReady = ({ status = {} }: KubeObject) =>
    (status.conditions as { type: string; status: string }[] | undefined)?.some(
      (condition) => condition.type === 'Ready' && condition.status === 'True',
    ) ?? false
  const [pod] = await client.until(podsOfA, (pods) => pods.length === 1 && pods.every(isReady))
  expect(pod?.status).toMatchObject({
    phase: 'Running',
    conditions: [{ type: 'PodScheduled' }, { type: 'Initialized' }, { type: 'ContainersReady' }, { type: 'Ready' }],
    containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }],
  })
  const { body } = await client.get(`${eventsOfA}?fieldSelector=involvedObject.uid=${pod?.metadata.uid}`)
  const told = body.items as unknown as { reason: string; message: string; source: { component: string } }[]
  expect(told.map(({ source, reason, message }) => `${source.component} ${reason}: ${message}`)).toEqual([
    'default-scheduler FailedScheduling: 0/2 nodes are available: 2 node(s) had untolerated taint(s).',
    'cluster-autoscaler TriggeredScaleUp: pod triggered scale-up: [{aks-projecta-10000000-vmss 0->1 (max: 10)}]',
    `default-scheduler Scheduled: Successfully assigned project-a/${pod?.metadata.name} to ${pod?.spec?.nodeName}`,
    'kubelet Pulling: Pulling image "registry.k8s.io/pause:3.10"',
    'kubelet Pulled: Successfully pulled image "registry.k8s.io/pause:3.10"',
    'kubelet Created: Created container: app',
    'kubelet Started: Started container app',
  ])
})

test('the oldest of many Events are deleted', async () => {
  const client = await start()
  await client.patch(appA, { spec: { replicas: 300 } })
  const events = await client.until(eventsOfA, (found) => found.length >= 500)
  expect(events.length).toBeLessThanOrEqual(501)
})
