import { describe, expect, test } from '@jest/globals'
import type { ClusterNode, ObservedEvent, Pod } from '../../../../shared/scaling/index.ts'
import { progressOf, type Stage } from '../../../../shared/scaling/waking/progress.ts'
import { at, bound, condition, event, homeless, newNode, noNode, pod, waiting } from '../nodes/pods.ts'

const look = (one: Pod, events: ObservedEvent[] = [], nodes: ClusterNode[] = []) => progressOf(one, { events, nodes })

const failedScheduling = event('07:00:01', 'FailedScheduling', {
  type: 'Warning',
  message: noNode,
  source: 'default-scheduler',
})
const autoscaler = { source: 'cluster-autoscaler' }
const triggered = event('07:00:12', 'TriggeredScaleUp', {
  ...autoscaler,
  message: 'pod triggered scale-up: [{aks-projecta-10000000-vmss 0->1 (max: 3)}]',
})
const nominated = event('07:00:03', 'Nominated', {
  source: 'karpenter',
  message: 'Pod should schedule on: nodeclaim/projecta-7xk2p',
})
const scheduled = event('07:02:00', 'Scheduled', { source: 'default-scheduler' })
const pulling = event('07:02:01', 'Pulling', { message: 'Pulling image "registry.k8s.io/pause:3.10"' })
const pulled = event('07:02:09', 'Pulled', {
  message: 'Successfully pulled image "registry.k8s.io/pause:3.10" in 7.9s (7.9s including waiting)',
})

describe('a Pod without a node is', () => {
  test.each<[Stage, string, string, Pod, ObservedEvent[], ClusterNode[]]>([
    ['scheduling', '07:00:00', 'the scheduler has not looked at it', pod(), [], []],
    ['waiting-for-node', '07:00:01', 'it fits on no node', homeless(), [failedScheduling], []],
    ['node-starting', '07:00:12', 'the cluster autoscaler adds a node', homeless(), [failedScheduling, triggered], []],
    ['node-starting', '07:00:03', 'Karpenter creates a node', homeless(), [nominated, failedScheduling], []],
    [
      'node-starting',
      '07:01:30',
      'a node of its pool exists and is not ready',
      homeless(),
      [failedScheduling],
      [newNode()],
    ],
    [
      'node-starting',
      '07:00:01',
      'a node that was created for another Pod exists and is not ready',
      homeless(),
      [],
      [newNode({ createdAt: at('06:59:00') })],
    ],
    ['waiting-for-node', '07:00:01', 'the only node is ready, and full', homeless(), [], [newNode({ ready: true })]],
    ['waiting-for-node', '07:00:01', 'the new node is of another pool', homeless(), [], [newNode({ labels: {} })]],
    [
      'waiting-for-node',
      '07:00:01',
      'the only node is about to go',
      homeless(),
      [],
      [newNode({ taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] })],
    ],
    [
      'waiting-for-node',
      '07:00:01',
      'it would run anywhere, so a broken node says nothing',
      homeless({ nodeSelector: {} }),
      [],
      [newNode()],
    ],
  ])('%s since %s when %s', (stage, since, _why, one, events, nodes) => {
    expect(look(one, events, nodes)).toMatchObject({ stage, since: at(since) })
  })
})

describe('a Pod whose node starts waits for', () => {
  const said = (message: string) => event('07:00:12', 'TriggeredScaleUp', { ...autoscaler, message })
  test.each<[string, string, ObservedEvent[], ClusterNode[]]>([
    ['aks-projecta-10000000-vmss', 'the autoscaler has asked for in this node group', [triggered], []],
    [
      'aks-projecta-10000000-vmss',
      'a newer autoscaler has asked for in this node group',
      [said('pod triggered scale-up, group: aks-projecta-10000000-vmss, sizes (current/new): 0/1')],
      [],
    ],
    ['projecta-7xk2p', 'Karpenter has asked for by this NodeClaim', [nominated], []],
    [
      'aks-projecta-7xk2p',
      'Karpenter has made for this NodeClaim',
      [{ ...nominated, message: 'Pod should schedule on: nodeclaim/projecta-7xk2p, node/aks-projecta-7xk2p' }],
      [],
    ],
    [newNode().name, 'is there and not ready', [], [newNode()]],
  ])('%s, which %s', (waitsFor, _what, events, nodes) => {
    expect(look(homeless(), events, nodes)).toMatchObject({ stage: 'node-starting', waitsFor })
  })

  test('something that nobody names, where the Event says nothing', () => {
    expect(look(homeless(), [said('help is on its way')]).waitsFor).toBeUndefined()
  })
})

describe('a Pod on its node is', () => {
  test.each<[Stage, string, string, Pod, ObservedEvent[]]>([
    ['starting', '07:02:00', 'nothing more is known', bound(), [scheduled]],
    ['pulling-image', '07:02:01', 'its image is being pulled', bound(), [pulling, scheduled]],
    ['starting', '07:02:09', 'its image is there', bound(), [pulled, pulling]],
    [
      'pulling-image',
      '07:02:10',
      'the next image is being pulled',
      bound(),
      [pulled, pulling, event('07:02:10', 'Pulling')],
    ],
    ['starting', '07:02:01', 'both Events are of the same second', bound(), [event('07:02:01', 'Pulled'), pulling]],
    [
      'starting',
      '07:02:03',
      'its image was there before',
      bound({ containers: [waiting('ContainerCreating')] }),
      [event('07:02:03', 'Pulled', { message: 'Container image "x" already present on machine' })],
    ],
    [
      'pulling-image',
      '07:02:00',
      'its image failed long ago',
      bound({ containers: [waiting('ErrImagePull', 'x')] }),
      [],
    ],
    ['starting', '07:02:00', 'it is not ready yet', bound({ conditions: [condition('Ready', 'False')] }), []],
    [
      'ready',
      '07:02:11',
      'it is ready',
      bound({ conditions: [condition('Ready', 'True', { since: at('07:02:11') })] }),
      [pulling, event('07:02:10', 'Unhealthy', { type: 'Warning' })],
    ],
  ])('%s since %s when %s', (stage, since, _why, one, events) => {
    expect(look(one, events)).toMatchObject({ stage, since: at(since) })
  })
})

describe('the reason why a Pod is stuck', () => {
  const notTriggered = (time: string, why: string) =>
    event(time, 'NotTriggerScaleUp', { ...autoscaler, message: `pod didn't trigger scale-up: ${why}` })
  const failedScaleUp = event('07:00:40', 'FailedScaleUp', {
    ...autoscaler,
    type: 'Warning',
    message:
      'Node scale up in zones us-central1-c associated with this pod failed: GCE quota exceeded. Pod is at risk of not being scheduled.',
  })
  const karpenter = (time: string) =>
    event(time, 'FailedScheduling', {
      source: 'karpenter',
      type: 'Warning',
      message:
        'Failed to schedule pod, incompatible with nodepool "projecta", daemonset overhead={"pods":"1"}, no instance type satisfied resources {"cpu":"64","pods":"2"}',
    })

  test.each<[string, string, ObservedEvent[]]>([
    ["the scheduler's message while no node is coming", noNode, [failedScheduling]],
    ["the scheduler's message when its Event has expired", noNode, []],
    [
      'a node pool that is full',
      "pod didn't trigger scale-up: 1 max node group size reached, 2 node(s) didn't match Pod's node affinity/selector",
      [
        failedScheduling,
        notTriggered('07:00:11', "1 max node group size reached, 2 node(s) didn't match Pod's node affinity/selector"),
      ],
    ],
    [
      'the quota that failed the scale-up, rather than the backoff after it',
      failedScaleUp.message,
      [triggered, failedScaleUp, notTriggered('07:01:00', '1 in backoff after failed scale-up')],
    ],
    [
      'the backoff after a failed scale-up',
      "pod didn't trigger scale-up: 1 in backoff after failed scale-up",
      [triggered, notTriggered('07:15:30', '1 in backoff after failed scale-up'), failedScheduling],
    ],
    ['that it fits no node pool of Karpenter', karpenter('07:00:04').message, [karpenter('07:00:04')]],
  ])('without a node is %s', (_what, why, events) => {
    expect(look(homeless(), events)).toEqual({ stage: 'waiting-for-node', since: at('07:00:01'), why })
  })

  test.each<[string, Pod, ObservedEvent[]]>([
    ['when the autoscaler refused first and then helped', homeless(), [notTriggered('07:00:11', 'x'), triggered]],
    ['when Karpenter has made a node by now', homeless(), [karpenter('07:00:02'), nominated]],
    [
      'when its volume was late, and it has started since',
      bound(),
      [event('07:02:01', 'FailedMount', { type: 'Warning' }), pulled],
    ],
    [
      'when its container is only being created',
      bound({ containers: [waiting('ContainerCreating')] }),
      [scheduled, failedScheduling],
    ],
  ])('is undefined %s', (_when, one, events) => {
    expect(look(one, events).why).toBeUndefined()
  })

  test('is a scheduling gate that nobody has removed', () => {
    const message = 'Scheduling is blocked due to non-empty scheduling gates'
    const gated = pod({ conditions: [condition('PodScheduled', 'False', { reason: 'SchedulingGated', message })] })
    expect(look(gated)).toEqual({ stage: 'scheduling', since: at('07:00:01'), why: message })
  })

  test.each<[Stage, Pod, ObservedEvent[], string]>([
    [
      'pulling-image',
      bound({ containers: [waiting('ImagePullBackOff', 'Back-off pulling image "example.com/none:1": not found')] }),
      [pulling],
      'ImagePullBackOff: Back-off pulling image "example.com/none:1": not found',
    ],
    [
      'starting',
      bound({
        containers: [waiting('CrashLoopBackOff', 'back-off 40s restarting failed container=app pod=sample-app-a')],
      }),
      [pulled],
      'CrashLoopBackOff: back-off 40s restarting failed container=app pod=sample-app-a',
    ],
    [
      'starting',
      bound({ containers: [waiting('CreateContainerConfigError', 'secret "database" not found')] }),
      [pulled],
      'CreateContainerConfigError: secret "database" not found',
    ],
    [
      'starting',
      bound({ containers: [waiting('ContainerCreating')] }),
      [
        event('07:04:03', 'FailedMount', {
          type: 'Warning',
          message: 'MountVolume.SetUp failed for volume "config" : configmap "config" not found',
        }),
        scheduled,
      ],
      'MountVolume.SetUp failed for volume "config" : configmap "config" not found',
    ],
    [
      'pulling-image',
      bound(),
      [pulling, event('07:02:05', 'Failed', { type: 'Warning', message: 'Failed to pull image "x": 403 Forbidden' })],
      'Failed to pull image "x": 403 Forbidden',
    ],
    [
      'starting',
      bound({ phase: 'Running' }),
      [
        pulled,
        event('07:03:00', 'Unhealthy', {
          type: 'Warning',
          message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
        }),
      ],
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
    ],
  ])("on its node, in the stage %s, is the kubelet's message", (stage, one, events, why) => {
    expect(look(one, events)).toMatchObject({ stage, why })
  })
})
