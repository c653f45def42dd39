import { describe, expect, test } from '@jest/globals'
import { ourAnnotations } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

export function describeDryRun(tested: TestedApi): void {
  const { call, pathOf } = tested

  describe('a dry run', () => {
    test.each(['scale-to-zero', 'scale-up'])('of %s says what would change, and changes nothing', async (action) => {
      const deployment = await tested.kubernetes.deploy({ runs: false })
      const before = await tested.kubernetes.read(deployment)
      const replicas = action === 'scale-up' ? { replicas: 9 } : {}
      const answer = await call(`${pathOf(deployment, action)}?dry_run=true`, {
        method: 'POST',
        body: JSON.stringify({ reason: 'what if', ...replicas }),
      })
      expect(answer).toMatchObject({
        status: 200,
        body: { result: 'changed', dry_run: true, deployment: { target_replicas: replicas.replicas ?? 0 } },
      })
      const after = await tested.kubernetes.read(deployment)
      expect(after.spec).toEqual(before.spec)
      expect(ourAnnotations(after)).toEqual([])
    })

    test.each([
      ['another value', 'dry_run=yes'],
      ['two values', 'dry_run=true&dry_run=false'],
      ['a value and an empty one', 'dry_run=true&dry_run='],
    ])('cannot be asked for with %s', async (_what, query) => {
      const deployment = await tested.kubernetes.deploy({ runs: false })
      const answer = await call(`${pathOf(deployment, 'scale-to-zero')}?${query}`, {
        method: 'POST',
        body: '{"reason":"x"}',
      })
      expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'dry_run' }] } })
    })
  })
}
