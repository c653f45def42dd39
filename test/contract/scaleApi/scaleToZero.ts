import { describe, expect, test } from '@jest/globals'
import { waitFor } from '../../waitFor.ts'
import { inHours, isoTime, ourAnnotations } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

export function describeScaleToZero(tested: TestedApi): void {
  const { sleep, status, deployRunning } = tested

  describe('scale to zero', () => {
    test('sets zero replicas and returns the former number', async () => {
      const deployment = await deployRunning(3)
      const { status: code, body } = await sleep(deployment)
      expect(code).toBe(200)
      expect(body).toEqual({
        status: 'success',
        message: 'Deployment scaled to zero',
        result: 'changed',
        deployment: {
          name: deployment,
          namespace: tested.kubernetes.namespace,
          previous_replicas: 3,
          current_replicas: 0,
          target_replicas: 0,
          target_status: 'scaled-to-zero',
          scaling_reason: 'nightly',
        },
        timestamp: isoTime,
      })
      expect(await tested.kubernetes.read(deployment)).toMatchObject({
        spec: { replicas: 0 },
        metadata: {
          labels: {
            app: deployment,
            'aks-scale-to-zero/asleep': 'true',
            'aks-scale-to-zero/original-replicas': '3',
            'aks-scale-to-zero/scaled-at': expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d_\d\d_\d\d\.\d{3}Z$/),
            'aks-scale-to-zero/scope': 'workload',
          },
          annotations: {
            'aks-scale-to-zero/original-replicas': '3',
            'aks-scale-to-zero/reason': 'nightly',
            'aks-scale-to-zero/scaled-at': isoTime,
            'aks-scale-to-zero/scaled-by': tested.subject.actor,
            'aks-scale-to-zero/scope': 'workload',
          },
        },
      })
    })

    test('keeps the wake-up time in UTC and returns it', async () => {
      const deployment = await tested.kubernetes.deploy()
      const { body } = await sleep(deployment, { scheduled_scale_up: `${inHours(20).slice(0, 19)}+09:00` })
      const kept = new Date(`${inHours(20).slice(0, 19)}+09:00`).toISOString().slice(0, 15)
      expect(body.deployment.scheduled_scale_up).toContain(kept)
      const { metadata } = await tested.kubernetes.read(deployment)
      expect(metadata?.annotations?.['aks-scale-to-zero/scheduled-scale-up']).toBe(body.deployment.scheduled_scale_up)
    })

    test('a second time writes nothing and returns the same numbers', async () => {
      const deployment = await deployRunning()
      const first = await sleep(deployment)
      // A controller writes the status more than once.
      let version: string | undefined
      await waitFor({
        what: 'the controllers are done with it',
        look: () => tested.kubernetes.read(deployment),
        until({ status: found, metadata }) {
          const isSettled = metadata?.resourceVersion === version
          version = metadata?.resourceVersion
          return isSettled && found?.observedGeneration === metadata?.generation && (found?.replicas ?? 0) === 0
        },
      })
      const before = await tested.kubernetes.read(deployment)
      const second = await sleep(deployment)
      expect(second).toMatchObject({
        status: 200,
        body: { result: 'already', message: 'Nothing to do: Deployment is scaled to zero already' },
      })
      expect(second.body.deployment).toEqual(first.body.deployment)
      expect((await tested.kubernetes.read(deployment)).metadata?.resourceVersion).toBe(
        before.metadata?.resourceVersion,
      )
    })

    test('with another reason updates the reason, and keeps the count', async () => {
      const deployment = await tested.kubernetes.deploy()
      await sleep(deployment)
      const { body } = await sleep(deployment, { reason: 'holidays' })
      expect(body).toMatchObject({ result: 'record-updated', deployment: { previous_replicas: 2 } })
      expect((await status(deployment)).body.deployment).toMatchObject({
        original_replicas: 2,
        scaling_reason: 'holidays',
      })
    })

    test('twenty times at once changes the Deployment once', async () => {
      const deployment = await tested.kubernetes.deploy()
      const answers = await Promise.all(Array.from({ length: 20 }, () => sleep(deployment)))
      expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200))
      expect(answers.filter(({ body }) => body.result === 'changed')).toHaveLength(1)
      expect((await status(deployment)).body.deployment).toMatchObject({ original_replicas: 2 })
    })

    test('does not take over a Deployment that somebody else had at zero', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 0 })
      const { status: code, body } = await sleep(deployment)
      expect(code).toBe(200)
      expect(body).toMatchObject({
        result: 'at-zero-before',
        message: expect.stringMatching(/^Nothing to do: /),
        deployment: { previous_replicas: 0, target_replicas: 0 },
      })
      const { metadata } = await tested.kubernetes.read(deployment)
      expect(metadata?.labels).toEqual({ app: deployment })
      expect(ourAnnotations({ metadata })).toEqual([])
    })

    test('leaves every other Deployment alone', async () => {
      const [deployment, bystander] = [await tested.kubernetes.deploy(), await deployRunning()]
      const before = await tested.kubernetes.read(bystander)
      await sleep(deployment)
      const after = await tested.kubernetes.read(bystander)
      expect(after.metadata?.generation).toBe(before.metadata?.generation)
      expect([after.spec, after.metadata?.annotations]).toEqual([before.spec, before.metadata?.annotations])
    })

    test('writes an Event that says who did it and why', async () => {
      const deployment = await tested.kubernetes.deploy()
      await sleep(deployment)
      await waitFor({
        what: 'the Event is there',
        look: async () => (await tested.kubernetes.events(deployment)).find(({ reason }) => reason === 'ScaledToZero'),
        until: (event) => event?.message === `Scaled from 2 to 0 replicas by ${tested.subject.actor}: nightly`,
      })
    })
  })
}
