import { describe, expect, test } from '@jest/globals'
import {
  applyScheduledScaleUps,
  recordAnnotations,
  resolveProjects,
  ScalingError,
  type SweepRequest,
  sweepProject,
  type WorkloadRef,
} from '../../../../../shared/scaling/index.ts'
import { projectA } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'
import { fluxCluster, fluxLabels, kustomization, memory, reconcile } from '../../workload/fluxCluster.ts'

const now = new Date('2026-11-23T22:00:00Z')

function start() {
  const flux = fluxCluster()
  const scaling = scalingOn(flux.cluster)
  const home = {
    name: 'project-a',
    uid: 'u',
    resourceVersion: '1',
    createdAt: '2026-01-01T00:00:00Z',
    annotations: {},
    labels: {},
  }
  const [project] = resolveProjects([projectA], [home], { ...scaling, now })
  if (project === undefined) throw new Error('there is no project')
  const sweep = async (action: SweepRequest['action']) => {
    const { outcomes, faults } = await sweepProject(scaling, {
      project,
      action,
      reason: 'nightly',
      actor: 'schedule',
      now,
    })
    return {
      results: Object.fromEntries(outcomes.map(({ ref, result }) => [ref.name, result])),
      faults: faults.map(({ message }) => message),
    }
  }
  return { ...flux, scaling, sweep }
}

describe('a project of which Flux applies the workloads', () => {
  test('sleeps and wakes in a truce, kind by kind, and asks each Kustomization once', async () => {
    const { make, look, sweep, kustomizations, asked } = start()
    const spec = { suspend: false, scaleTargetRef: { name: 'none' } }
    const refs: WorkloadRef[] = [
      ...['a', 'b', 'c'].map((name) => make(name)),
      make('d', { labels: fluxLabels('data'), kind: 'StatefulSet' }),
      ...(['CronJob', 'ScaledObject', 'ScaledJob'] as const).map((kind) => make(kind, { kind, spec })),
    ]
    kustomizations.set('apps', kustomization(refs))
    kustomizations.set('data', kustomization(refs))
    const before = refs.map(look)
    await sweep('scale-down')
    for (const ref of refs) expect(look(ref).annotations).toMatchObject({ [reconcile]: 'disabled', [memory]: '' })
    expect(asked).toEqual([])

    const { results, faults } = await sweep('scale-up')
    expect([...new Set(Object.values(results))]).toEqual(['changed'])
    expect(asked.toSorted()).toEqual(['Kustomization flux-system/apps', 'Kustomization flux-system/data'])
    expect(faults).toEqual([])
    expect(refs.map((ref) => look(ref).replicas)).toEqual(before.map(({ replicas }) => replicas))
    for (const ref of refs) expect(look(ref).annotations).not.toHaveProperty([reconcile])
  })

  test('wakes all but what was deleted in Git, and tells of that on the project and on the workload', async () => {
    const { make, look, sweep, kustomizations, events } = start()
    const [kept, deleted] = [make('kept'), make('deleted')]
    kustomizations.set('apps', kustomization([kept]))
    await sweep('scale-down')
    events.splice(0)
    const { results, faults } = await sweep('scale-up')
    expect(results).toEqual({ kept: 'changed', deleted: 'orphaned' })
    expect([look(kept).replicas, look(deleted).replicas]).toEqual([2, 0])
    expect(faults).toEqual([
      expect.stringContaining('Deployment project-a/deleted stays asleep: Kustomization flux-system/apps of Flux'),
    ])
    expect(events.filter(({ reason }) => reason === 'Orphaned')).toMatchObject([
      { about: { name: 'deleted' }, type: 'Warning', message: expect.stringMatching(/^It stays asleep: .*delete it/) },
    ])
  })

  test('wakes where nobody knows, says why, and asks no more after a refusal', async () => {
    const { make, look, sweep, kustomizations, asked } = start()
    const refs = ['a', 'b', 'c'].map((name) => make(name, { labels: fluxLabels(name) }))
    kustomizations.set('b', new ScalingError('cluster-refused', 'Kubernetes refuses: forbidden'))
    await sweep('scale-down')
    const { faults } = await sweep('scale-up')
    expect(refs.map((ref) => look(ref).replicas)).toEqual([2, 2, 2])
    expect(asked).toEqual(['Kustomization flux-system/a', 'Kustomization flux-system/b'])
    expect(faults).toEqual([
      expect.stringMatching(/Kustomization flux-system\/a .* is woken: it is not in this cluster$/),
      expect.stringMatching(/Kustomization flux-system\/b .* is woken: Kubernetes refuses: forbidden$/),
      expect.stringMatching(/Kustomization flux-system\/c .* is woken: Kubernetes has refused/),
    ])
  })

  test('asks for no more Kustomizations than a project has, however many names a stranger writes', async () => {
    const { make, sweep, asked } = start()
    for (let index = 0; index < 120; index++) make(`w${index}`, { labels: fluxLabels(`k${index}`) })
    await sweep('scale-down')
    const { results, faults } = await sweep('scale-up')
    expect([...new Set(Object.values(results))]).toEqual(['changed'])
    expect(asked).toHaveLength(100)
    expect(faults.length).toBeLessThanOrEqual(21)
  })

  test('is freed by the next scale-down from a truce that kubectl rollout undo has brought back, also what stays awake', async () => {
    const { make, look, change, sweep } = start()
    const ref = make('web', { annotations: { 'aks-scale-to-zero/exclude': 'true' } })
    change(ref, ({ metadata }) =>
      Object.assign(metadata.annotations ?? {}, {
        [reconcile]: 'disabled',
        [memory]: '',
        [recordAnnotations.scope]: 'project',
      }),
    )
    const { results, faults } = await sweep('scale-down')
    expect(results).toEqual({ web: 'skipped' })
    expect(faults).toEqual([expect.stringContaining(`${reconcile} is of a night that is over`)])
    expect(look(ref).annotations).toEqual({ 'example.com/owner': 'team', 'aks-scale-to-zero/exclude': 'true' })
  })

  test('is not woken by a time of its own either once it was deleted in Git', async () => {
    const { make, look, change, scaling, sweep, kustomizations } = start()
    const ref = make('web')
    kustomizations.set('apps', kustomization([]))
    await sweep('scale-down')
    change(ref, ({ metadata }) =>
      Object.assign(metadata.annotations ?? {}, { [recordAnnotations.scheduledScaleUp]: '2026-11-23T22:30:00Z' }),
    )
    const { outcomes } = await applyScheduledScaleUps(scaling, { projects: [], dryRun: false })
    expect(outcomes).toMatchObject([{ result: 'orphaned' }])
    expect(look(ref).replicas).toBe(0)
  })
})
