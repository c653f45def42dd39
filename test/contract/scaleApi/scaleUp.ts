import { describe, expect, test } from '@jest/globals'
import { waitFor } from '../../waitFor.ts'
import type { TestedApi } from './testedApi.ts'

export function describeScaleUp(tested: TestedApi): void {
  const { post, sleep, status, statusWhen, deployRunning } = tested

  describe('scale up', () => {
    test('sets the replicas, and removes the record', async () => {
      const deployment = await deployRunning()
      await sleep(deployment)
      await waitFor({
        what: 'its Pods are gone',
        look: async () => (await status(deployment)).body.deployment.current_replicas,
        until: (current) => current === 0,
      })
      const { status: code, body } = await post(deployment, 'scale-up', { replicas: 4, reason: 'demo' })
      expect(code).toBe(200)
      expect(body).toMatchObject({
        message: 'Deployment scaled to 4 replicas',
        result: 'changed',
        deployment: { previous_replicas: 0, current_replicas: 0, target_replicas: 4, target_status: 'scaling-up' },
      })
      const active = await statusWhen(deployment, 'active')
      expect(active).toMatchObject({ current_replicas: 4 })
      expect(active).not.toHaveProperty('original_replicas')
    })

    test('a second time does nothing', async () => {
      const deployment = await deployRunning()
      const { body } = await post(deployment, 'scale-up', { replicas: 2, reason: 'demo' })
      expect(body).toMatchObject({
        result: 'already',
        deployment: { previous_replicas: 2, current_replicas: 2, target_status: 'active' },
      })
    })

    test('wakes a Deployment that somebody else had at zero: the request names the number', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 0 })
      expect((await post(deployment, 'scale-up', { replicas: 1, reason: 'demo' })).body.result).toBe('changed')
      expect((await tested.kubernetes.read(deployment)).spec?.replicas).toBe(1)
    })
  })
}
