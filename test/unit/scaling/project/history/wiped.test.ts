import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../../dev/cluster/index.ts'
import {
  announceSweep,
  applyDueTransitions,
  historyName,
  type Observation,
  resolveProjects,
  type Scaling,
  ScalingError,
  scaleUp,
  statusOfProjects,
  sweepProject,
} from '../../../../../shared/scaling/index.ts'
import { findHistory } from '../../../../../shared/scaling/project/history/keepHistory.ts'
import { appA, Client } from '../../../dev/cluster/cluster.ts'
import { clusterAt } from '../../../kubernetes/clusterAt.ts'
import { projectA } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'

const ref = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' } as const
const fault =
  'Deployment project-a/sample-app-a stays asleep: its record is gone. It had 2 replicas: ' +
  'POST /api/v1/deployments/project-a/sample-app-a/scale-up with replicas 2 brings it back'
const at = (time: string) => new Date(`2026-11-${time}:00Z`)

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let now: Date
let background: Promise<void>[]
let observed: Observation[]
let scaling: Scaling
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  background = []
  observed = []
  scaling = scalingOn(client.cluster, {
    now: () => now,
    afterwards: (work) => void background.push(work()),
    observe: (one) => void observed.push(one),
  })
  await tick('22T12:00')
  await tick('22T22:00')
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

async function settled() {
  for (let count = -1; count < background.length; ) {
    count = background.length
    await Promise.all(background)
  }
}
async function tick(time: string) {
  now = at(time)
  for (const action of ['scale-down', 'scale-up'] as const)
    await applyDueTransitions(scaling, action, { projects: [projectA], dryRun: false })
  await settled()
}
/** A write of the whole object, as `kubectl replace` makes it of a file that has zero replicas, leaves nothing of ours. */
async function wipe() {
  const { annotations = {}, labels = {} } = await client.cluster.getWorkload(ref)
  const without = (map: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => [key, key.startsWith('aks-scale-to-zero/') ? null : value]),
    )
  await patch({ annotations: without(annotations), labels: without(labels) })
}
const patch = (metadata: object) =>
  fetch(embedded.url + appA, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ metadata }),
  })
const project = async () => {
  const [found] = resolveProjects([projectA], await client.cluster.listNamespaces(), { ...scaling, now })
  if (found === undefined) throw new Error('there is no project')
  return found
}
const status = async () => {
  const [one] = await statusOfProjects(scaling, [await project()], { now, neighbours: [] })
  return one?.recordFaults
}
const history = async () => findHistory(client, await project().then(({ home }) => home), {})
const faults = async () => (await history()).entries.flatMap((entry) => (entry.what === 'fault' ? entry.message : []))

test('a sleeper whose record was wiped is told in the status of its project, with its count and how to bring it back', async () => {
  expect(await status()).toEqual([])
  await wipe()
  expect(await status()).toEqual([fault])
})

test('the scale-up that cannot wake it tells it: in the history, by an Event and to whoever watches', async () => {
  await wipe()
  await tick('23T07:00')
  expect((await client.cluster.getWorkload(ref)).desiredReplicas).toBe(0)
  expect(await faults()).toEqual([`project a: ${fault}`])
  expect(observed).toContainEqual({
    what: 'fault',
    project: 'a',
    fault: { key: 'aks-scale-to-zero/original-replicas', message: `project a: ${fault}` },
  })
  const { items } = (await new Client(embedded).get('/api/v1/namespaces/default/events')).body
  expect(items as unknown as object[]).toContainEqual(
    expect.objectContaining({ reason: 'ScheduleFault', message: `project a: ${fault}` }),
  )
})

test('the next scale-down tells it again, as long as nobody has brought it back', async () => {
  await wipe()
  await tick('23T07:00')
  await tick('23T22:00')
  expect(await faults()).toEqual([`project a: ${fault}`, `project a: ${fault}`])
})

test('it is over when the request that it names has brought it back', async () => {
  await wipe()
  await tick('23T07:00')
  await scaleUp(scaling, { ref, replicas: 2, actor: 'alice', reason: 'wiped', now })
  await tick('23T22:00')
  expect([await status(), await faults()]).toEqual([[], [`project a: ${fault}`]])
  expect([...(await history()).asleep]).toEqual([['Deployment project-a/sample-app-a', 2]])
})

test('one that somebody has woken by hand is no sleeper after the scale-up', async () => {
  await client.cluster.patchWorkload(ref, [{ op: 'replace', path: '/spec/replicas', value: 5 }])
  await tick('23T07:00')
  expect([(await history()).asleep.size, await faults()]).toEqual([0, []])
})

test('a history that cannot be read is told, and fails no status', async () => {
  await wipe()
  const denied = new ScalingError('cluster-refused', 'ConfigMap project-a/aks-scale-to-zero-history may not be read')
  const cluster = { ...client.cluster, getConfigMap: () => Promise.reject(denied) }
  const circumstances = { now, neighbours: [] }
  const [one] = await statusOfProjects({ ...scaling, cluster }, [await project()], circumstances)
  expect(one?.recordFaults).toEqual([denied.message])
})

test('a project that is woken by a request says it as well, and a history of somebody else counts for nothing', async () => {
  await wipe()
  await client.cluster.applyConfigMap(
    { namespace: 'project-a', name: historyName },
    {
      data: { 'asleep.txt': '7 Pod project-a/sample-app-a\n3 Deployment kube-system/../../x\n' },
      resourceVersion: (await client.cluster.getConfigMap({ namespace: 'project-a', name: historyName }))
        ?.resourceVersion,
    },
  )
  const request = { project: await project(), action: 'scale-up', reason: 'early', actor: 'alice', now } as const
  announceSweep(scaling, request, await sweepProject(scaling, request))
  await settled()
  expect([await status(), await faults()]).toEqual([[], []])
})

test('a transition is one write of the history, its faults included', async () => {
  await patch({ annotations: { 'aks-scale-to-zero/excluded': 'true' } })
  const before = await client.cluster.getConfigMap({ namespace: 'project-a', name: historyName })
  let writes = 0
  const counted = {
    ...client.cluster,
    applyConfigMap: (...args: Parameters<typeof client.cluster.applyConfigMap>) => {
      writes++
      return client.cluster.applyConfigMap(...args)
    },
  }
  now = at('23T07:00')
  await applyDueTransitions({ ...scaling, cluster: counted }, 'scale-up', { projects: [projectA], dryRun: false })
  await settled()
  now = at('23T22:00')
  await applyDueTransitions({ ...scaling, cluster: counted }, 'scale-down', { projects: [projectA], dryRun: false })
  await settled()
  expect(before).toBeDefined()
  expect(writes).toBe(2)
  expect(await faults()).toHaveLength(2)
})
