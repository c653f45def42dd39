import { describe, expect, test } from '@jest/globals'
import { waitFor } from '../../waitFor.ts'
import { inHours, isoTime } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

export function describeStatus(tested: TestedApi): void {
  const { sleep, status, statusWhen, deployRunning } = tested

  describe('the status', () => {
    test('of a running Deployment has its replicas', async () => {
      const deployment = await deployRunning()
      const { body, status: code } = await status(deployment)
      expect(code).toBe(200)
      expect(body).toEqual({
        status: 'success',
        message: 'Deployment status retrieved successfully',
        deployment: {
          name: deployment,
          namespace: tested.kubernetes.namespace,
          deployment,
          current_replicas: 2,
          desired_replicas: 2,
          available_replicas: 2,
          status: 'active',
          last_scale_time: isoTime,
        },
        timestamp: isoTime,
      })
    })

    test('of a sleeping Deployment has its former replicas and the reason', async () => {
      const deployment = await deployRunning()
      const wakeAt = inHours(8)
      const before = Date.now()
      await sleep(deployment, { scheduled_scale_up: wakeAt })
      const found = (await status(deployment)).body.deployment
      expect(found).toMatchObject({
        desired_replicas: 0,
        status: 'inactive',
        original_replicas: 2,
        scaling_reason: 'nightly',
        scaled_by: tested.subject.actor,
        scheduled_scale_up: wakeAt,
      })
      expect(Date.parse(found.last_scale_time as string)).toBeGreaterThanOrEqual(before)
    })

    test('of a Deployment without a node is scaling', async () => {
      const deployment = await tested.kubernetes.deploy({ runs: false })
      await waitFor({
        what: 'the controller has seen it',
        look: () => status(deployment),
        until: ({ body }) => body.deployment.status === 'scaling',
      })
    })

    test('has the time at which the replicas last changed, also when somebody else changed them', async () => {
      const deployment = await deployRunning()
      const made = (await status(deployment)).body.deployment.last_scale_time as string
      await waitFor({
        what: 'the second in which it was made is over',
        look: async () => Date.now() - Date.parse(made),
        until: (age) => age > 1500,
      })
      // Kubernetes keeps whole seconds.
      const before = Math.floor(Date.now() / 1000) * 1000
      await tested.kubernetes.scaleByHand(deployment, 1)
      const found = await statusWhen(deployment, 'active')
      expect(Date.parse(found.last_scale_time as string)).toBeGreaterThanOrEqual(before)
    })
  })
}
