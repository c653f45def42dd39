import { describe, expect, test } from '@jest/globals'
import { wakingBodies, wakingBody } from '../../../../../shared/api/handlers/answers/waking.ts'
import type { Waking } from '../../../../../shared/scaling/index.ts'
import { homeless } from '../../../scaling/nodes/pods.ts'
import { workload } from '../../../scaling/workloads.ts'

const stuck = { stage: 'waiting-for-node', since: homeless().createdAt, why: 'x'.repeat(5000) } as const
const waking = (pods: number): Waking => ({
  ref: workload({}).ref,
  ...stuck,
  pods: Array.from({ length: pods }, (_, index) => ({ name: `pod-${index}`, node: undefined, ...stuck })),
})

describe('what is told of a workload that wakes', () => {
  test('are 20 of its Pods, the least advanced, and how many more there are', () => {
    const { pods, more_pods: more } = wakingBody(waking(50))
    expect(pods.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, index) => `pod-${index}`))
    expect(more).toBe(30)
    expect(wakingBody(waking(20))).not.toHaveProperty('more_pods')
  })

  test('is no more than a paragraph of what a component says', () => {
    const { why, pods } = wakingBody(waking(1))
    expect([why?.length, pods[0]?.why?.length]).toEqual([500, 500])
  })
})

test('of a project whose workloads all wake, 200 Pods are told, and the others are counted', () => {
  const told = wakingBodies(Array(300).fill(waking(30)), { withPods: true })
  expect(told).toHaveLength(300)
  expect(told.flatMap(({ pods }) => pods)).toHaveLength(200)
  expect(told.every(({ pods, more_pods: more }) => (pods?.length ?? 0) + (more ?? 0) === 30)).toBe(true)
})

test('an overview tells no Pods', () => {
  expect(wakingBodies([waking(30)], { withPods: false })[0]).not.toHaveProperty('pods')
})
