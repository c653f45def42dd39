import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import {
  applyDueTransitions,
  type Cluster,
  type Finding,
  type ProjectSettings,
  restore,
  type Scaling,
  ScalingError,
  type VerifyRequest,
  verifyScaledToZero,
} from '../../../../shared/scaling/index.ts'
import { appA, Client, deployment, deploymentsOfA } from '../../dev/cluster/cluster.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'
import { projectA as sampleA, projectB as sampleB } from '../projects.ts'
import { scalingOn } from '../scalingOn.ts'

const projectA: ProjectSettings = { ...sampleA, nodePool: 'projecta' }
const projectB: ProjectSettings = { ...sampleB, nodePool: 'projectb' }
const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const nodeA = 'aks-projecta-10000000-vmss000000'
const nodeB = 'aks-projectb-10000000-vmss000000'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeEach(async () => {
  // Nodes stay until a test removes them, and every write is made at ten past ten.
  embedded = await startCluster({ podDelayMs: 1, nodeDelayMs: 1e9, now: () => at('22T22:10') })
  client = clusterAt(embedded.url)
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const scalingWith = (changes: Partial<Cluster> = {}, agentPools?: Scaling['agentPools']): Scaling =>
  scalingOn({ ...client.cluster, ...changes }, { agentPools, afterwards: () => {} })
const projects = [projectA, projectB]
const tick = (action: 'scale-down' | 'scale-up', time: string, settings = projects) =>
  applyDueTransitions({ ...scalingWith(), now: () => at(time) }, action, { projects: settings, dryRun: false })

/** Puts both projects to zero at 22:00. */
async function nightfall(): Promise<void> {
  await tick('scale-down', '22T12:00')
  await tick('scale-down', '22T22:00')
}

async function verify(
  time: string,
  { scaling = scalingWith(), ...more }: Partial<VerifyRequest> & { scaling?: Scaling } = {},
) {
  const told: Finding[] = []
  const report = (finding: Finding) => void told.push(finding)
  const request = { projects, graceMinutes: 20, dryRun: false, report, ...more }
  const { failures, left } = await verifyScaledToZero({ ...scaling, now: () => at(time) }, request)
  return {
    told: told.map(({ project, result, minutes }) => `${project} ${result} ${minutes}`),
    findings: told,
    failures,
    left,
  }
}

/** Azure with one pool, which has no nodes. */
const azureWith = (name: string): Scaling['agentPools'] => ({
  list: async () => ({
    pools: [
      {
        name,
        mode: 'User',
        count: 0,
        minCount: 0,
        maxCount: 1,
        autoscaling: true,
        provisioningState: 'Succeeded',
        powerState: 'Running',
        vmSize: undefined,
      },
    ],
    autoscaler: { skipNodesWithLocalStorage: false, skipNodesWithSystemPods: true, scaleDownUnneededMinutes: 10 },
  }),
})

const send = (method: string, path: string, body?: object) =>
  new Client(embedded).send(method, `/api/v1/${path}`, { body })
const removeNode = (name: string) => send('DELETE', `nodes/${name}`)
const addPod = (name: string) =>
  send('POST', 'namespaces/project-a/pods', { metadata: { name }, spec: { nodeName: nodeA, containers: [] } })
const wakeByHand = (replicas: number, manager = 'kubectl-edit') =>
  new Client(embedded).patch(`${appA}?fieldManager=${manager}`, { spec: { replicas } })
const web = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
const wakeByRequest = () =>
  restore(scalingWith(), { ref: web, reason: 'working late', actor: 'alice', now: at('22T22:10') })
const annotations = async (namespace: string) =>
  (await client.cluster.listNamespaces()).find(({ name }) => name === namespace)?.annotations ?? {}
const events = async () => {
  const { items } = (await send('GET', 'namespaces/default/events')).body
  return items as unknown as { type: string; reason: string; message: string; involvedObject: { name: string } }[]
}

describe('after a scale-down', () => {
  test('nodes that are gone are reported at once, with the minutes that it took, and only once', async () => {
    await nightfall()
    await removeNode(nodeA)
    await removeNode(nodeB)
    expect((await verify('22T22:12')).told).toEqual(['a gone 12', 'b gone 12'])
    expect(await events()).toMatchObject([
      { reason: 'NodesGone', type: 'Normal', involvedObject: { name: 'project-a' } },
      { reason: 'NodesGone', type: 'Normal', involvedObject: { name: 'project-b' } },
    ])
    expect((await events())[0]?.message).toBe(
      'The nodes of project a are gone, 12 minutes after the scale-down of 2026-11-22T22:00:00.000Z',
    )
    client.calls.length = 0
    expect((await verify('22T22:15')).told).toEqual([])
    expect(client.calls.map(({ verb }) => verb)).toEqual(['list', 'list'])
  })

  test('nodes that stay are reported when the grace is over, with what holds them, and only once', async () => {
    await nightfall()
    await removeNode(nodeB)
    await addPod('debug')
    expect((await verify('22T22:19')).told).toEqual(['b gone 19'])
    const { findings } = await verify('22T22:20')
    expect(findings).toMatchObject([
      {
        result: 'held',
        minutes: 20,
        nodes: [
          {
            node: { name: nodeA },
            blockers: [{ reason: 'NotReplicated', object: { kind: 'Pod', namespace: 'project-a', name: 'debug' } }],
          },
        ],
      },
    ])
    expect((await events()).filter(({ type }) => type === 'Warning')).toMatchObject([
      { reason: 'NodesHeld', message: expect.stringContaining('Pod project-a/debug has no controller') },
    ])
    expect((await verify('22T22:25')).told).toEqual(['a still-held 25'])
    expect((await events()).filter(({ type }) => type === 'Warning')).toHaveLength(1)

    await removeNode(nodeA)
    expect((await verify('22T22:40')).told).toEqual(['a gone 40'])
    expect((await verify('22T22:45')).told).toEqual([])
  })

  test('the grace begins when the project was put to zero, however late that was', async () => {
    await tick('scale-down', '22T12:00')
    await tick('scale-down', '22T23:50')
    expect((await verify('23T00:09')).told).toEqual([])
    expect((await verify('23T00:10')).told).toEqual(['a held 130', 'b held 130'])
  })

  test('a node that nothing holds is reported with what it waits for', async () => {
    await nightfall()
    const { findings } = await verify('22T22:20')
    const [held] = findings
    expect(held?.result === 'held' && held.nodes[0]?.explanation).toContain('Nothing holds it')
  })

  test('a project that somebody wakes by this service is no alarm: it is reported once', async () => {
    await nightfall()
    await removeNode(nodeB)
    await wakeByRequest()
    const { told, findings } = await verify('22T22:20')
    expect(told).toEqual(['a woken 20', 'b gone 20'])
    expect(findings[0]).toMatchObject({ workloads: [{ kind: 'Deployment', name: 'sample-app-a' }] })
    expect((await events()).filter(({ type }) => type === 'Warning')).toEqual([])
    expect((await verify('22T22:25')).told).toEqual([])
  })

  test('a project that kubectl rollout undo has robbed of the trace of its waking was still woken by this service', async () => {
    await nightfall()
    await removeNode(nodeB)
    await wakeByRequest()
    await new Client(embedded).patch(appA, { metadata: { annotations: null } })
    expect((await verify('22T22:20')).told).toEqual(['a woken 20', 'b gone 20'])
  })

  test('a project that something else puts back is an alarm: it is told once, by whom and what to do', async () => {
    await nightfall()
    await removeNode(nodeB)
    await wakeByHand(3, 'argocd-controller')
    expect((await verify('22T22:20')).told).toEqual(['a put-back 20', 'b gone 20'])
    expect((await events()).filter(({ type }) => type === 'Warning')).toMatchObject([
      {
        reason: 'PutBack',
        message: expect.stringMatching(
          /^Project a was put back, 20 minutes after the scale-down of 2026-11-22T22:00:00.000Z: Deployment project-a\/sample-app-a \(3\) woken by Argo CD \("argocd-controller"\): let its Application ignore/,
        ),
      },
    ])
    expect((await verify('22T22:25')).told).toEqual([])
    expect((await events()).filter(({ type }) => type === 'Warning')).toHaveLength(1)
  })

  test('a project that is put back before the last attempt of its scale-down is told as well', async () => {
    await nightfall()
    await wakeByHand(3)
    const asleepSince = at('22T22:35').toISOString()
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/asleep-since': asleepSince })
    expect((await verify('22T22:55')).told).toEqual(['a put-back 55', 'b held 55'])
  })

  test('a project that is put back after the warning is told', async () => {
    await nightfall()
    await removeNode(nodeB)
    await addPod('debug')
    expect((await verify('22T22:20')).told).toEqual(['a held 20', 'b gone 20'])
    await wakeByHand(1)
    expect((await verify('22T22:25')).told).toEqual(['a put-back 25'])
    expect((await verify('22T22:30')).told).toEqual([])
  })

  test('nodes that come back show what was made new at night, once', async () => {
    await nightfall()
    const { spec, metadata } = (await send('GET', `nodes/${nodeA}`)).body
    await removeNode(nodeA)
    await removeNode(nodeB)
    expect((await verify('22T22:12')).told).toEqual(['a gone 12', 'b gone 12'])
    const body = deployment('made-at-night', { replicas: 1 })
    await new Client(embedded).send('POST', `${deploymentsOfA}?fieldManager=kubectl-create`, { body })
    expect((await verify('22T22:15')).told).toEqual([])
    await send('POST', 'nodes', { metadata: { name: nodeA, labels: metadata.labels }, spec })
    const { told, findings } = await verify('22T22:20')
    expect(told).toEqual(['a put-back 20'])
    expect(findings).toMatchObject([
      {
        found: {
          raised: [{ ref: { name: 'made-at-night' }, by: { who: '"kubectl-create", a person or a pipeline' } }],
        },
      },
    ])
    expect((await verify('22T22:25')).told).toEqual([])
  })

  test('while a project sleeps, a run lists nodes and nothing else; while it wakes, its workloads as well', async () => {
    const calls = async (time: string) => {
      client.calls.length = 0
      await verify(time)
      return client.calls.map(({ url = '' }) => url.split('/').at(-1))
    }
    await tick('scale-down', '22T12:00')
    expect(await calls('22T12:05')).toEqual(['namespaces'])
    await tick('scale-down', '22T22:00')
    await removeNode(nodeA)
    await removeNode(nodeB)
    await verify('22T22:12')
    expect(await calls('22T22:15')).toEqual(['namespaces', 'nodes'])
    await tick('scale-up', '23T07:00')
    expect(await calls('23T07:05')).toEqual(['namespaces', 'nodes', 'deployments', 'statefulsets'])
  })

  test('the nodes of a project that its schedule wakes are not judged again before the next night', async () => {
    await nightfall()
    await removeNode(nodeB)
    await tick('scale-up', '23T07:00')
    expect((await verify('23T07:05')).told).toEqual(['a ready 5'])
    await tick('scale-down', '23T22:00')
    expect((await verify('23T22:05')).told).toEqual(['b gone 5'])
  })

  test.each([
    ['because the project is new', async () => void (await tick('scale-down', '22T22:05'))],
    [
      'because it came too late',
      async () => {
        await tick('scale-down', '22T12:00')
        await tick('scale-down', '23T00:01')
      },
    ],
  ])('that was not applied %s, there is nothing to verify', async (_what, happen) => {
    await happen()
    expect((await verify('23T01:00')).told).toEqual([])
  })

  test('a project whose nodes are unknown costs no further call', async () => {
    const { nodePool: _, ...unknown } = projectA
    await tick('scale-down', '22T12:00', [unknown])
    await tick('scale-down', '22T22:00', [unknown])
    client.calls.length = 0
    expect((await verify('22T22:20', { projects: [unknown] })).told).toEqual([])
    expect(client.calls).toHaveLength(1)
  })

  test('a pool that does not exist is reported once, rather than nodes that are gone', async () => {
    await nightfall()
    await removeNode(nodeA)
    await removeNode(nodeB)
    const scaling = scalingWith({}, azureWith('projectb'))
    expect((await verify('22T22:12', { scaling })).told).toEqual(['a misnamed 12', 'b gone 12'])
    expect((await verify('22T22:15', { scaling })).told).toEqual([])
  })

  test('nodes that stay are reported even after a report that their pool does not exist', async () => {
    const misspelt = { ...projectA, nodePool: 'projectx' }
    await tick('scale-down', '22T12:00', [misspelt])
    await tick('scale-down', '22T22:00', [misspelt])
    const look = async (time: string, project: ProjectSettings) =>
      (await verify(time, { scaling: scalingWith({}, azureWith('projecta')), projects: [project] })).told
    expect(await look('22T22:05', misspelt)).toEqual(['a misnamed 5'])
    expect(await look('22T22:25', projectA)).toEqual(['a held 25'])
    expect(await look('22T22:30', projectA)).toEqual(['a still-held 30'])
    expect(await look('22T22:35', misspelt)).toEqual([])
  })

  test('while Azure does not answer, a pool that only Azure may know is neither gone nor misnamed', async () => {
    const misspelt = { ...projectA, nodePool: 'projectx' }
    const selected = { ...projectB, nodePool: undefined, nodeSelector: { project: 'b' } }
    const asleep = [misspelt, selected]
    await tick('scale-down', '22T12:00', asleep)
    await tick('scale-down', '22T22:00', asleep)
    await removeNode(nodeB)
    const throttled = { list: () => Promise.reject(new ScalingError('azure-throttled', 'Azure throttles requests')) }
    const during = await verify('22T22:12', { scaling: scalingWith({}, throttled), projects: asleep })
    expect(during).toMatchObject({ told: ['b gone 12'], failures: [] })
    const after = await verify('22T22:15', { scaling: scalingWith({}, azureWith('projecta')), projects: asleep })
    expect(after.told).toEqual(['a misnamed 15'])
  })

  test('a run that must end leaves the other projects to the next one', async () => {
    await nightfall()
    const ending = new AbortController()
    const settling = scalingWith({
      createEvent: async (...event) => {
        ending.abort('the host stops')
        await client.cluster.createEvent(...event)
      },
    })
    const first = await verify('22T23:00', { scaling: settling, ending: ending.signal })
    expect([first.told.map((one) => one.split(' ')[0]), first.failures, first.left]).toEqual([['a'], [], ['b']])
    const next = await verify('22T23:05')
    expect(next.told.map((one) => one.split(' ')[0])).toContain('b')
    expect(next.left).toEqual([])
  })

  test('in a dry run everything is reported and nothing is written', async () => {
    await nightfall()
    await removeNode(nodeB)
    const before = [await annotations('project-a'), await annotations('project-b'), (await events()).length]
    for (const time of ['22T22:20', '22T22:25']) {
      const minutes = time.slice(-2)
      expect((await verify(time, { dryRun: true })).told).toEqual([`a held ${minutes}`, `b gone ${minutes}`])
    }
    expect([await annotations('project-a'), await annotations('project-b'), (await events()).length]).toEqual(before)
  })
})

describe('a failure', () => {
  test('of one project does not affect the others, and the next run makes up for it', async () => {
    await nightfall()
    await removeNode(nodeB)
    const scaling = scalingWith({ listPods: () => Promise.reject(new Error('broken')) })
    const { told, failures } = await verify('22T22:20', { scaling })
    expect(told).toEqual(['b gone 20'])
    expect(failures).toMatchObject([{ project: 'a', error: { message: 'broken' } }])
    expect((await verify('22T22:25')).told).toEqual(['a held 25'])
  })

  test('between the Event and its annotation causes two reports rather than none', async () => {
    await nightfall()
    await removeNode(nodeA)
    await removeNode(nodeB)
    const scaling = scalingWith({ annotateNamespace: () => Promise.reject(new Error('killed')) })
    expect((await verify('22T22:12', { scaling })).told).toEqual(['a gone 12', 'b gone 12'])
    expect((await verify('22T22:15')).told).toEqual(['a gone 15', 'b gone 15'])
    expect(await events()).toHaveLength(4)
  })
})
