import { describe, expect, test } from '@jest/globals'
import { inHours, ourAnnotations, trace } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

export function describeRestore(tested: TestedApi): void {
  const { post, sleep, statusWhen, deployRunning } = tested

  describe('restore', () => {
    test('brings back exactly the former state', async () => {
      const deployment = await deployRunning(3, { theirs: 'a ~ b/c' })
      const before = await tested.kubernetes.read(deployment)
      await sleep(deployment, { scheduled_scale_up: inHours(1) })
      await statusWhen(deployment, 'inactive')
      const { status: code, body } = await post(deployment, 'restore', { reason: 'morning' })
      expect(code).toBe(200)
      expect(body).toMatchObject({
        message: 'Deployment scaled to 3 replicas',
        result: 'changed',
        deployment: {
          previous_replicas: 0,
          target_replicas: 3,
          target_status: 'scaling-up',
          scaling_reason: 'morning',
        },
      })
      const after = await tested.kubernetes.read(deployment)
      expect(after.spec).toEqual(before.spec)
      expect(after.metadata?.annotations).toEqual({ ...before.metadata?.annotations, ...trace })
      expect(after.metadata?.labels).toEqual(before.metadata?.labels)
      expect(await statusWhen(deployment, 'active')).not.toHaveProperty('original_replicas')
    })

    test('uses the labels when the annotations are those of an earlier revision', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 3 })
      await sleep(deployment)
      await tested.kubernetes.annotate(deployment, {
        'aks-scale-to-zero/original-replicas': '1',
        'aks-scale-to-zero/scaled-at': '2026-01-01T00:00:00.000Z',
      })
      const { body } = await post(deployment, 'restore', { reason: 'morning' })
      expect(body).toMatchObject({ result: 'changed', deployment: { target_replicas: 3 } })
      const { metadata } = await tested.kubernetes.read(deployment)
      expect(ourAnnotations({ metadata })).toEqual(Object.keys(trace))
      expect(metadata?.labels).toEqual({ app: deployment })
    })

    test('a second time does nothing', async () => {
      const deployment = await tested.kubernetes.deploy()
      await sleep(deployment)
      await post(deployment, 'restore', { reason: 'morning' })
      const { status: code, body } = await post(deployment, 'restore', { reason: 'morning' })
      expect(code).toBe(200)
      expect(body).toMatchObject({
        result: 'already',
        message: 'Nothing to do: Deployment has 2 replicas already',
        deployment: { target_replicas: 2 },
      })
    })

    test.each([1, 5])('keeps the %i replicas that somebody gave the Deployment meanwhile', async (replicas) => {
      const deployment = await tested.kubernetes.deploy()
      await sleep(deployment)
      await tested.kubernetes.scaleByHand(deployment, replicas)
      const { body } = await post(deployment, 'restore', { reason: 'morning' })
      expect(body).toMatchObject({
        result: 'woken-meanwhile',
        message: expect.stringMatching(/^Nothing woken: /),
        deployment: { target_replicas: replicas },
      })
      const { spec, metadata } = await tested.kubernetes.read(deployment)
      expect(spec?.replicas).toBe(replicas)
      expect(ourAnnotations({ metadata })).toEqual([])
      expect(metadata?.labels).toEqual({ app: deployment })
    })

    test('does not wake a Deployment that somebody else put to zero', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 2 })
      await tested.kubernetes.scaleByHand(deployment, 0)
      const { status: code, body } = await post(deployment, 'restore', { reason: 'morning' })
      expect(code).toBe(409)
      expect(body).toMatchObject({ error: 'nothing-to-restore', message: expect.stringContaining('use scale-up') })
      expect((await tested.kubernetes.read(deployment)).spec?.replicas).toBe(0)
    })
  })
}
