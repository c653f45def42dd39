import { describe, expect, test } from '@jest/globals'
import type { TestedApi } from './testedApi.ts'

export function describeStorm(tested: TestedApi): void {
  const { post, sleep } = tested

  describe('in a storm', () => {
    const writers = Array.from({ length: 20 }, (_, writer) => writer)

    test('of 20 writers that annotate it, a Deployment is put to zero and no write is lost', async () => {
      const deployment = await tested.kubernetes.deploy()
      const storm = writers.map(async (writer) => {
        for (let round = 1; round <= 5; round++) {
          await tested.kubernetes.annotate(deployment, { [`writer-${writer}`]: String(round) })
        }
      })
      const { status: code, body } = await sleep(deployment)
      await Promise.all(storm)
      expect({ code, result: body.result }).toEqual({ code: 200, result: 'changed' })
      const { metadata, spec } = await tested.kubernetes.read(deployment)
      expect(spec?.replicas).toBe(0)
      expect(metadata?.annotations).toMatchObject({
        'aks-scale-to-zero/original-replicas': '2',
        ...Object.fromEntries(writers.map((writer) => [`writer-${writer}`, '5'])),
      })
    })

    test('of 20 writers that scale it, the recorded number is the first of the night that the Deployment had', async () => {
      const deployment = await tested.kubernetes.deploy({ runs: false })
      const storm = writers.map(async (writer) => {
        for (let round = 0; round < 5; round++) await tested.kubernetes.scaleByHand(deployment, 10 + writer)
      })
      const answers = [await sleep(deployment)]
      await Promise.all(storm)
      // During the storm the request may be refused, or its effect undone; after the storm it succeeds.
      answers.push(await sleep(deployment))
      for (const { status: code, body } of answers) {
        if (code === 409) expect(body.error).toBe('workload-changed')
        else expect(code).toBe(200)
      }
      expect(answers.at(-1)?.status).toBe(200)
      // The first count of a night stays, so it is what the first or the second request found.
      const found = answers.flatMap(({ body }) =>
        body.deployment ? [body.deployment.previous_replicas as number] : [],
      )
      await post(deployment, 'restore', { reason: 'morning' })
      const { spec } = await tested.kubernetes.read(deployment)
      expect(found).toContain(spec?.replicas)
      expect([2, ...writers.map((writer) => 10 + writer)]).toContain(spec?.replicas)
    })
  })
}
