import { describe, expect, test } from '@jest/globals'
import { agentPoolOf, autoscalerProfileOf } from '../../../shared/azure/agentPools.ts'

describe('a node pool of Azure', () => {
  test('with the autoscaler, at zero, is read with its limits', () => {
    const pool = { name: 'p', mode: 'User', count: 0, minCount: 0, maxCount: 3, enableAutoScaling: true, vmSize: 'D2' }
    expect(agentPoolOf({ ...pool, provisioningState: 'Succeeded', powerState: { code: 'Running' } })).toEqual({
      name: 'p',
      mode: 'User',
      count: 0,
      minCount: 0,
      maxCount: 3,
      autoscaling: true,
      provisioningState: 'Succeeded',
      powerState: 'Running',
      vmSize: 'D2',
    })
  })

  test('without the autoscaler has no limits', () => {
    expect(agentPoolOf({ name: 'p', count: 2, enableAutoScaling: false })).toMatchObject({
      count: 2,
      minCount: undefined,
      maxCount: undefined,
      autoscaling: false,
    })
  })

  test('of type VirtualMachines has the sums of the counts and limits of its sizes', () => {
    expect(
      agentPoolOf({
        name: 'p',
        virtualMachinesProfile: {
          scale: {
            autoscale: [
              { size: 'D2', minCount: 0, maxCount: 5 },
              { size: 'D4', minCount: 1, maxCount: 2 },
            ],
          },
        },
        virtualMachineNodesStatus: [
          { size: 'D2', count: 2 },
          { size: 'D4', count: 1 },
        ],
      }),
    ).toMatchObject({ count: 3, minCount: 1, maxCount: 7, autoscaling: true, vmSize: 'D2, D4' })
  })
})

test.each([
  [undefined, { skipNodesWithLocalStorage: false, skipNodesWithSystemPods: true, scaleDownUnneededMinutes: 10 }],
  [
    { skipNodesWithLocalStorage: 'true', skipNodesWithSystemPods: 'false', scaleDownUnneededTime: '3m' },
    { skipNodesWithLocalStorage: true, skipNodesWithSystemPods: false, scaleDownUnneededMinutes: 3 },
  ],
])('the autoscaler profile %j is read', (profile, expected) => {
  expect(autoscalerProfileOf(profile)).toEqual(expected)
})
