import { describe, expect, test } from '@jest/globals'
import { isWaking } from '../../../../shared/scaling/cluster/workload.ts'
import type { ObservedEvent, Pod } from '../../../../shared/scaling/index.ts'
import { podsOf, wakingOf } from '../../../../shared/scaling/waking/waking.ts'
import { at, bound, condition, event, homeless, noNode, pod } from '../nodes/pods.ts'
import { workload } from '../workloads.ts'

const woken = workload({ desiredReplicas: 2, readyReplicas: 0, replicasChangedAt: at('06:59:59') })

const look = (pods: Pod[], { aboutPods = [], aboutMakers = [] }: Partial<Record<string, ObservedEvent[]>> = {}) =>
  wakingOf(woken, {
    pods,
    podEvents: Map.groupBy(aboutPods, ({ about }) => about.uid),
    makerEvents: aboutMakers,
    nodes: [],
  })

const ready = bound({ name: 'ready', conditions: [condition('Ready', 'True')] })

describe('whether a workload is waking', () => {
  test.each([
    ['wants more than it has', { desiredReplicas: 2, readyReplicas: 1 }, true],
    ['has what it wants', { desiredReplicas: 2, readyReplicas: 2 }, false],
    ['has more than it wants', { desiredReplicas: 1, readyReplicas: 2 }, false],
    ['sleeps', { desiredReplicas: 0, readyReplicas: 0 }, false],
    ['has no Pods of its own', { desiredReplicas: 1, readyReplicas: 0, podSelector: undefined }, false],
  ])('when it %s: %#', (_what, changes, waking) => expect(isWaking(workload(changes))).toBe(waking))
})

describe('a workload is as far as its least advanced Pod', () => {
  test('and reports each of its Pods, the least advanced first', () => {
    expect(look([ready, homeless()])).toEqual({
      ref: woken.ref,
      stage: 'waiting-for-node',
      since: at('07:00:01'),
      why: noNode,
      pods: [
        { name: homeless().name, stage: 'waiting-for-node', since: at('07:00:01'), why: noNode, node: undefined },
        { name: 'ready', stage: 'ready', since: at('07:00:01'), why: undefined, node: ready.nodeName },
      ],
    })
  })

  test.each<[string, Pod[], object]>([
    ['scheduling while there is no Pod', [], { stage: 'scheduling', since: at('06:59:59') }],
    ['scheduling while one is missing', [ready], { stage: 'scheduling', since: at('06:59:59') }],
    ['ready while only its controller has not counted the Pods', [ready, ready], { stage: 'ready' }],
  ])('%s', (_what, pods, expected) => expect(look(pods)).toMatchObject(expected))

  test('among equally advanced Pods the one that is stuck counts, otherwise the oldest', () => {
    const [early, late] = [bound({ uid: 'early' }), bound({ uid: 'late', createdAt: at('07:00:09') })]
    const aboutPods = [event('07:02:30', 'FailedMount', { type: 'Warning', about: { uid: 'late' } })]
    expect(look([early, late], { aboutPods })).toMatchObject({ stage: 'starting', why: 'FailedMount' })
    const since = (time: string) => pod({ createdAt: at(time) })
    expect(look([since('07:00:08'), since('07:00:02')])).toMatchObject({ since: at('07:00:02') })
  })
})

describe('a Pod that cannot be created', () => {
  const replicaSet = (time: string, reason: string, name = 'sample-app-a-6d5f7c9b8d') =>
    event(time, reason, {
      type: reason === 'FailedCreate' ? 'Warning' : 'Normal',
      source: 'replicaset-controller',
      message:
        reason === 'FailedCreate'
          ? 'Error creating: pods "sample-app-a-6d5f7c9b8d-" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1'
          : 'Created pod: sample-app-a-6d5f7c9b8d-x7k2p',
      about: { kind: 'ReplicaSet', name, uid: 'rs-1' },
    })
  const refused = replicaSet('07:00:01', 'FailedCreate')

  test.each<[string, Pod[], ObservedEvent[], object]>([
    ['is reported with the message about the quota', [ready], [refused], { stage: 'scheduling', why: refused.message }],
    ['is reported beside Pods that are just starting', [bound()], [refused], { why: refused.message }],
    ['is no longer reported when there are enough Pods', [ready, bound()], [refused], { why: undefined }],
    [
      'is reported when another Pod was created in the same second',
      [ready],
      [replicaSet('07:00:01', 'SuccessfulCreate'), refused],
      { why: refused.message },
    ],
    [
      'is no longer reported when a Pod was created since',
      [ready],
      [refused, replicaSet('07:01:00', 'SuccessfulCreate')],
      { why: undefined },
    ],
    [
      'is not reported when it belongs to another workload',
      [ready],
      [replicaSet('07:00:01', 'FailedCreate', 'sample-app-a-canary-6d5f7c9b8d')],
      { why: undefined },
    ],
  ])('%s', (_what, pods, aboutMakers, expected) => expect(look(pods, { aboutMakers })).toMatchObject(expected))
})

describe('the Pods of a workload', () => {
  test.each<[string, Partial<Pod>, boolean]>([
    ['of its ReplicaSet', {}, true],
    [
      'of the ReplicaSet of one with a longer name',
      { controller: { kind: 'ReplicaSet', name: 'sample-app-a-b-1' } },
      false,
    ],
    ['of a StatefulSet of its name', { controller: { kind: 'StatefulSet', name: 'sample-app-a' } }, false],
    ['without a controller', { controller: undefined }, false],
    ['of its name in another namespace', { namespace: 'project-b' }, false],
    ['that is being deleted', { deletedAt: at('07:00:30') }, false],
    ['that was evicted', { phase: 'Failed' }, false],
  ])('one %s: %s', (_what, changes, isOwn) => expect(podsOf(woken, [pod(changes)])).toHaveLength(isOwn ? 1 : 0))

  test('that is a StatefulSet are those that it controls', () => {
    const set = workload({ ref: { kind: 'StatefulSet', namespace: 'project-a', name: 'db' } })
    const own = pod({ controller: { kind: 'StatefulSet', name: 'db' } })
    expect(podsOf(set, [own, pod()])).toEqual([own])
  })
})
