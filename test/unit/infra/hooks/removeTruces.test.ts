import { expect, test } from '@jest/globals'
import { forgetEverything, wakeEverything } from '../../../../infra/hooks/removal/wake.ts'
import { scaleToZero } from '../../../../shared/scaling/index.ts'
import { scalingOn } from '../../scaling/scalingOn.ts'
import { fluxCluster, kustomization, memory, reconcile } from '../../scaling/workload/fluxCluster.ts'

const request = { reason: 'nightly', actor: 'alice', scope: 'project' as const, scheduledScaleUp: undefined }

test('a removal ends each truce with Flux, and says what it cannot wake because Git does not have it any more', async () => {
  const { cluster, make, look, change, kustomizations } = fluxCluster()
  const scaling = scalingOn({ ...cluster, listNamespaces: async () => [] }, { afterwards: () => {} })
  const [kept, deleted, undone] = [make('kept'), make('deleted'), make('undone')]
  kustomizations.set('apps', kustomization([kept]))
  for (const ref of [kept, deleted]) await scaleToZero(scaling, { ...request, ref, now: new Date() })
  // By an undo of a rollout.
  change(undone, ({ metadata }) => Object.assign(metadata.annotations ?? {}, { [reconcile]: 'disabled', [memory]: '' }))

  const { woken, failed } = await wakeEverything(scaling)
  expect(woken).toEqual(['Deployment project-a/kept: 2 replicas'])
  expect(failed).toEqual([
    expect.stringMatching(/^Deployment project-a\/deleted: Kustomization .* does not have it any more/),
  ])

  expect(await forgetEverything(scaling)).toContain(
    'Deployment project-a/undone: the truce of an earlier night is ended',
  )
  for (const ref of [kept, undone]) expect(look(ref).annotations).toEqual({ 'example.com/owner': 'team' })
})
