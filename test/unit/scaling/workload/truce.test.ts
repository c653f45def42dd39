import { describe, expect, test } from '@jest/globals'
import { restore, scaleToZero, scaleUp, type WorkloadRef } from '../../../../shared/scaling/index.ts'
import { scalingOn } from '../scalingOn.ts'
import { fluxCluster, fluxLabels, kustomization, memory, reconcile, refOf } from './fluxCluster.ts'

const request = { reason: 'nightly', actor: 'alice', now: new Date('2026-11-23T22:00:00Z') }

function start() {
  const flux = fluxCluster()
  // Nothing is given back here.
  const scaling = scalingOn(flux.cluster, { afterwards: () => {} })
  return {
    ...flux,
    sleep: (ref: WorkloadRef) =>
      scaleToZero(scaling, { ...request, ref, scope: 'workload', scheduledScaleUp: undefined }),
    wake: (ref: WorkloadRef) => restore(scaling, { ...request, ref }),
    raise: (ref: WorkloadRef, replicas: number) => scaleUp(scaling, { ...request, ref, replicas }),
  }
}

const owner = { 'example.com/owner': 'team' }
const withoutTrace = ({ annotations, ...rest }: ReturnType<ReturnType<typeof fluxCluster>['look']>) => ({
  ...rest,
  annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.includes('/woken-'))),
})

describe('what Flux applies', () => {
  test.each<[string, string | undefined]>([
    ['without a word to Flux', undefined],
    ['that somebody has taken from Flux', 'disabled'],
    ['that somebody has taken from Flux, in capitals', 'DISABLED'],
    ['with another word to Flux', 'enabled'],
  ])('%s is left alone by Flux while it sleeps, and is as it was when it wakes', async (_what, before) => {
    const { make, look, sleep, wake, kustomizations, patches } = start()
    const ref = make('web', { annotations: before === undefined ? {} : { [reconcile]: before } })
    kustomizations.set('apps', kustomization([ref]))
    const awake = look(ref)

    await sleep(ref)
    // All of it is in one patch, so a kill leaves all of it or nothing.
    expect(patches).toEqual(['web'])
    const asleep = look(ref)
    expect(asleep.replicas).toBe(0)
    expect(asleep.annotations[reconcile]?.toLowerCase()).toBe('disabled')
    expect([asleep.annotations[memory], asleep.labels[memory]]).toEqual([before ?? '', before ?? ''])

    expect(await sleep(ref)).toMatchObject({ result: 'already' })
    expect(look(ref)).toEqual(asleep)

    expect(await wake(ref)).toMatchObject({ result: 'changed', targetReplicas: 2 })
    expect(patches).toEqual(['web', 'web'])
    // A label remembers that the fields are given back next.
    expect(withoutTrace(look(ref))).toEqual({
      ...awake,
      labels: { ...awake.labels, 'aks-scale-to-zero/asleep': 'false' },
    })
  })

  test.each([
    ['has the labels of Flux from a copy', { managers: [{ manager: 'kubectl', operation: 'Apply' }] }],
    ['has no labels of Flux', { labels: {} }],
    ['names what can be no Kustomization', { labels: { ...fluxLabels('..') } }],
    ['has a word to Flux that no label can remember', { annotations: { [reconcile]: 'x'.repeat(64) } }],
  ])('gets no truce where it %s, and costs no call', async (_what, made) => {
    const { make, look, sleep, wake, asked } = start()
    const ref = make('web', made)
    const before = look(ref)
    await sleep(ref)
    expect(look(ref).annotations[reconcile]).toBe(before.annotations[reconcile])
    expect(look(ref).labels).not.toHaveProperty(memory)
    expect(await wake(ref)).toMatchObject({ result: 'changed' })
    expect(asked).toEqual([])
  })

  test.each([
    ['removed', undefined],
    ['changed', 'enabled'],
  ])('keeps what somebody has %s while it slept', async (_what, meanwhile) => {
    const { make, look, change, sleep, raise } = start()
    const ref = make('web')
    await sleep(ref)
    change(ref, ({ metadata }) => {
      if (meanwhile === undefined) delete metadata.annotations?.[reconcile]
      else Object.assign(metadata.annotations ?? {}, { [reconcile]: meanwhile })
    })
    await raise(ref, 3)
    expect(look(ref)).toMatchObject({ replicas: 3 })
    expect(look(ref).annotations[reconcile]).toBe(meanwhile)
    expect(look(ref).annotations).not.toHaveProperty(memory)
  })

  test('is as it was although somebody raised it in the night, and it was put to zero again', async () => {
    const { make, look, change, sleep, wake } = start()
    const ref = make('web')
    await sleep(ref)
    change(ref, (object) => Object.assign(object.spec ?? {}, { replicas: 1 }))
    await sleep(ref)
    expect(look(ref).annotations).toMatchObject({ [reconcile]: 'disabled', [memory]: '' })
    await wake(ref)
    expect(look(ref).annotations).not.toHaveProperty([reconcile])
  })

  test('wakes as it was although kubectl rollout undo has taken its annotations', async () => {
    const { make, look, change, sleep, wake } = start()
    const ref = make('web', { annotations: { [reconcile]: 'enabled' } })
    await sleep(ref)
    const asleep = look(ref)
    change(ref, ({ metadata }) => Object.assign(metadata, { annotations: { ...owner, [reconcile]: 'disabled' } }))
    expect(asleep.labels[memory]).toBe('enabled')
    await wake(ref)
    expect(withoutTrace(look(ref)).annotations).toEqual({ ...owner, [reconcile]: 'enabled' })
  })
})

test('what belongs to a HelmRelease is left alone by its drift detection, costs no call, and is as it was', async () => {
  const { make, look, sleep, wake, asked } = start()
  const labels = { 'helm.toolkit.fluxcd.io/name': 'web', 'helm.toolkit.fluxcd.io/namespace': 'project-a' }
  const ref = make('web', { labels, managers: [{ manager: 'helm-controller', operation: 'Update' }] })
  const awake = look(ref)
  await sleep(ref)
  expect(look(ref)).toMatchObject({
    annotations: { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled', 'aks-scale-to-zero/flux-drift-detection': '' },
    labels: { 'aks-scale-to-zero/flux-drift-detection': '' },
  })
  expect(look(ref).annotations).not.toHaveProperty([reconcile])
  expect(await wake(ref)).toMatchObject({ result: 'changed' })
  expect(withoutTrace(look(ref))).toEqual(awake)
  expect(asked).toEqual([])
})

describe('a truce that kubectl rollout undo has brought back by day', () => {
  /** A Deployment whose revision of the night is back: its annotations without its labels. */
  async function undone(made = {}) {
    const started = start()
    const ref = started.make('web', made)
    await started.sleep(ref)
    const { annotations } = started.look(ref)
    await started.wake(ref)
    started.change(ref, ({ metadata }) =>
      Object.assign(metadata, { annotations: { ...annotations }, labels: fluxLabels() }),
    )
    return { ...started, ref }
  }

  test('ends with the next request that finds it awake', async () => {
    const { ref, look, wake } = await undone()
    expect(look(ref).annotations[reconcile]).toBe('disabled')
    expect(await wake(ref)).toMatchObject({ result: 'already' })
    expect(look(ref)).toEqual({ replicas: 2, annotations: owner, labels: fluxLabels() })
  })

  test('is not taken for what somebody wrote when it sleeps next', async () => {
    const { ref, look, sleep, wake } = await undone()
    await sleep(ref)
    expect(look(ref).annotations[memory]).toBe('')
    await wake(ref)
    expect(look(ref).annotations).not.toHaveProperty([reconcile])
  })

  test('stays what somebody wrote where somebody had written it', async () => {
    const { ref, look, wake } = await undone({ annotations: { [reconcile]: 'disabled' } })
    await wake(ref)
    expect(look(ref).annotations).toEqual({ ...owner, [reconcile]: 'disabled' })
  })
})

describe('what was deleted in Git while it slept', () => {
  test('stays asleep, and the answer says what to do', async () => {
    const { make, look, sleep, wake, raise, kustomizations } = start()
    const ref = make('web')
    await sleep(ref)
    const asleep = look(ref)
    kustomizations.set('apps', kustomization([refOf('other')]))
    const why = expect.stringMatching(
      /^Kustomization flux-system\/apps of Flux does not have it any more.*delete it; or remove its labels/,
    )
    expect(await wake(ref)).toMatchObject({ result: 'orphaned', targetReplicas: 0, why })
    expect(await raise(ref, 2)).toMatchObject({ result: 'orphaned' })
    expect(look(ref)).toEqual(asleep)

    // As the sentence says.
    for (const key of Object.keys(fluxLabels())) delete look(ref).labels[key]
    expect(await wake(ref)).toMatchObject({ result: 'changed' })
    expect(look(ref).annotations).not.toHaveProperty([reconcile])
  })

  test.each<[string, Parameters<typeof kustomization>[1], Record<string, string>]>([
    ['its Kustomization does not prune', { prune: false }, {}],
    ['its Kustomization applies to another cluster', { kubeConfig: { secretRef: { name: 'x' } } }, {}],
    ['somebody keeps Flux from pruning it', {}, { 'kustomize.toolkit.fluxcd.io/prune': 'Disabled' }],
    ['somebody had taken it from Flux before', {}, { [reconcile]: 'disabled' }],
    ['Flux is told to ignore it', {}, { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' }],
  ])('wakes where %s', async (_what, spec, annotations) => {
    const { make, sleep, wake, kustomizations } = start()
    const ref = make('web', { annotations })
    await sleep(ref)
    kustomizations.set('apps', kustomization([], spec))
    expect(await wake(ref)).toMatchObject({ result: 'changed', targetReplicas: 2 })
  })

  test.each<[string, Parameters<ReturnType<typeof start>['kustomizations']['set']>[1] | undefined]>([
    ['the Kustomization is gone', undefined],
    ['the Kustomization has applied nothing yet', { spec: { prune: true } }],
  ])('wakes where %s, as nobody knows', async (_what, found) => {
    const { make, sleep, wake, kustomizations } = start()
    const ref = make('web')
    await sleep(ref)
    if (found !== undefined) kustomizations.set('apps', found)
    expect(await wake(ref)).toMatchObject({ result: 'changed', targetReplicas: 2 })
  })
})
