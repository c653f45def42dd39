import { describe, expect, test } from '@jest/globals'
import { type Namespace, resolve, resolveProjects, type Workload } from '../../../../shared/scaling/index.ts'
import { faultsOfWorkloads } from '../../../../shared/scaling/project/faults.ts'
import { exclusionOf } from '../../../../shared/scaling/workload/refusals/exclusion.ts'
import { utc } from '../../../../shared/schedule/index.ts'

const now = new Date('2026-11-23T12:00:00Z')
const seen = { now, protection: { added: [], removed: [] } }
const namespace = (name: string, more: Partial<Namespace> = {}): Namespace => ({
  name,
  uid: name,
  resourceVersion: '1',
  createdAt: '2026-11-01T00:00:00Z',
  annotations: {},
  labels: {},
  ...more,
})
const a = {
  name: 'a',
  namespaces: ['project-a'],
  scaleDown: ['0 22 * * *'],
  scaleUp: ['0 7 * * *'],
  timeZone: 'Asia/Tokyo',
}

describe('the projects', () => {
  test('are those of the settings whose namespace exists', () => {
    const gone = { ...a, name: 'gone', namespaces: ['gone'] }
    expect(resolveProjects([a, gone], [namespace('project-a')], seen)).toMatchObject([
      { name: 'a', timeZone: 'Asia/Tokyo', memory: {}, excluded: undefined, faults: [] },
    ])
  })

  test('that a label makes have the default time zone, unless they name one', () => {
    const labels = { 'aks-scale-to-zero/managed': 'true' }
    const own = { 'aks-scale-to-zero/time-zone': 'Europe/Berlin' }
    const listed = [namespace('b', { labels }), namespace('c', { labels, annotations: own })]
    const projects = resolveProjects([], listed, { ...seen, defaultTimeZone: 'Asia/Tokyo' })
    expect(projects.map(({ timeZone }) => timeZone)).toEqual(['Asia/Tokyo', 'Europe/Berlin'])
  })

  test('of the settings are told when none of their namespaces exists, or one does not', () => {
    const gone = { ...a, name: 'gone', namespaces: ['gone'] }
    const partly = { ...a, namespaces: ['project-a', 'project-a-jobs'] }
    const { projects, unusable } = resolve([partly, gone], [namespace('project-a')], seen)
    expect(projects[0]?.faults).toEqual([
      { key: 'namespaces', message: 'project a: namespace project-a-jobs does not exist' },
    ])
    expect(unusable).toMatchObject([
      { name: 'gone', home: undefined, faults: [{ message: 'project gone: namespace gone does not exist' }] },
    ])
  })

  test.each([
    [
      'a label that is nearly right',
      { labels: { 'aks-scale-to-zero/managed': 'yes' } },
      'its aks-scale-to-zero/managed is "yes", neither "true" nor "false"',
    ],
    [
      'a schedule without the label',
      { annotations: { 'aks-scale-to-zero/scale-down': '0 22 * * *' } },
      'nobody reads its annotation aks-scale-to-zero/scale-down: it is no project without the label aks-scale-to-zero/managed=true',
    ],
    [
      'an annotation in place of the label',
      { annotations: { 'aks-scale-to-zero/managed': 'true' } },
      'nobody reads its annotation aks-scale-to-zero/managed: it is read as a label only',
    ],
  ])('are told of %s on a namespace that is no project', (_what, marks, why) => {
    const { projects, unusable } = resolve([], [namespace('own', marks)], seen)
    expect(projects).toEqual([])
    expect(unusable.map(({ faults }) => faults.map(({ message }) => message))).toEqual([
      [`project own: namespace own: ${why}`],
    ])
  })

  test('are not told of a namespace that is none and means to be none', () => {
    const marks = {
      annotations: { team: 'a', 'aks-scale-to-zero/last-scale-down': '2026-11-22T13:00:00.000Z' },
      labels: { 'aks-scale-to-zero/client': 'true', 'aks-scale-to-zero/managed': 'false' },
    }
    expect(resolve([], [namespace('own', marks)], seen)).toEqual({ projects: [], unusable: [] })
  })

  test.each([
    ['aks-scale-to-zero/timezone', 'the nearest known one is aks-scale-to-zero/time-zone'],
    ['aks-scale-to-zero/scaleUp', 'the nearest known one is aks-scale-to-zero/scale-up'],
    ['aks-scale-to-zero/exclude_until', 'the nearest known one is aks-scale-to-zero/exclude-until'],
    ['AKS-scale-to-zero/exclude', 'the nearest known one is aks-scale-to-zero/exclude'],
    ['aks-scale-to-zero/original-replicas', 'it is read on workloads only'],
    ['aks-scale-to-zero/managed', 'it is read as a label only'],
  ])('are told of the annotation %s: %s', (key, why) => {
    const [project] = resolveProjects([a], [namespace('project-a', { annotations: { [key]: 'true' } })], seen)
    expect(project?.faults).toEqual([
      { key, message: `project a: namespace project-a: nobody reads its annotation ${key}: ${why}` },
    ])
  })

  test('are told of a schedule on another namespace than their home', () => {
    const annotations = { 'aks-scale-to-zero/scale-down': '0 20 * * *' }
    const two = { ...a, namespaces: ['project-a', 'project-a-jobs'] }
    const existing = [namespace('project-a'), namespace('project-a-jobs', { annotations })]
    expect(resolveProjects([two], existing, seen)[0]?.faults.map(({ message }) => message)).toEqual([
      'project a: namespace project-a-jobs: its annotation aks-scale-to-zero/scale-down is read on project-a only, the home namespace',
    ])
  })

  test('have at most 20 faults, and say how many more there are', () => {
    const keys = Array.from({ length: 20 }, (_, index) => [`aks-scale-to-zero/x${index}`, 'y'])
    const annotations = {
      ...Object.fromEntries(keys),
      'aks-scale-to-zero/exclude': 'x',
      'aks-scale-to-zero/scale-up': 'x;y',
    }
    const faults = resolveProjects([a], [namespace('project-a', { annotations })], seen)[0]?.faults ?? []
    expect([faults.length, faults.at(-1)?.message]).toEqual([21, 'and 3 more'])
  })

  test('are the labelled namespaces when no project is configured', () => {
    const labels = { 'aks-scale-to-zero/managed': 'true' }
    const annotations = { 'aks-scale-to-zero/scale-down': '0 22 * * *', 'aks-scale-to-zero/time-zone': 'Europe/Berlin' }
    const found = resolveProjects([], [namespace('own', { labels, annotations }), namespace('other')], seen)
    expect(found).toMatchObject([{ name: 'own', scaleDown: ['0 22 * * *'], timeZone: 'Europe/Berlin', faults: [] }])
  })

  test('never hold a protected namespace because of its label, and say so', () => {
    const labels = { 'aks-scale-to-zero/managed': 'true' }
    const { projects, unusable } = resolve([], [namespace('kube-system', { labels })], seen)
    expect(projects).toEqual([])
    expect(unusable).toMatchObject([
      { name: 'kube-system', faults: [{ message: expect.stringContaining('Namespace kube-system is protected') }] },
    ])
  })

  test('hold one that is protected by default only when the setting takes it away', () => {
    const labels = { 'aks-scale-to-zero/managed': 'true' }
    const keda = namespace('keda', { labels })
    expect(resolveProjects([], [keda], seen)).toEqual([])
    expect(resolveProjects([], [keda], { now, protection: { added: [], removed: ['keda'] } })).toHaveLength(1)
  })

  test('never hold a protected namespace because of their settings, and say so', () => {
    const greedy = { ...a, namespaces: ['project-a', 'kube-system'] }
    const [project] = resolveProjects([greedy], [namespace('project-a'), namespace('kube-system')], seen)
    expect(project?.namespaces.map(({ name }) => name)).toEqual(['project-a'])
    expect(project?.faults).toEqual([
      { key: 'namespaces', message: expect.stringContaining('project a: Namespace kube-system is protected') },
    ])
  })

  test('follow their namespace rather than their settings', () => {
    const annotations = { 'aks-scale-to-zero/scale-down': '0 20 * * MON-THU; 0 18 * * FRI' }
    const [project] = resolveProjects([a], [namespace('project-a', { annotations })], seen)
    expect(project).toMatchObject({ scaleDown: ['0 20 * * MON-THU', '0 18 * * FRI'], scaleUp: ['0 7 * * *'] })
  })

  test('remember the applied transitions', () => {
    const annotations = { 'aks-scale-to-zero/last-scale-down': '2026-11-22T13:00:00.000Z' }
    const [project] = resolveProjects([a], [namespace('project-a', { annotations })], seen)
    expect(project?.memory.lastScaleDown).toEqual(new Date('2026-11-22T13:00:00Z'))
  })

  test('say so when their memory lies in the future, or cannot be read', () => {
    const annotations = {
      'aks-scale-to-zero/last-scale-down': '2026-11-22T13:00:00.000Z',
      'aks-scale-to-zero/last-scale-up': '2099-01-01T00:00:00.000Z',
      'aks-scale-to-zero/asleep-since': '2099-01-01T00:00:00.000Z',
      'aks-scale-to-zero/nodes-held': 'yesterday',
    }
    const [project] = resolveProjects([a], [namespace('project-a', { annotations })], seen)
    expect(project?.faults.map(({ message }) => message)).toEqual([
      'project a: aks-scale-to-zero/nodes-held is "yesterday", which cannot be read, and counts for nothing',
      'project a: aks-scale-to-zero/last-scale-up is 2099-01-01T00:00:00.000Z, which is in the future, and counts as now',
      'project a: aks-scale-to-zero/asleep-since is 2099-01-01T00:00:00.000Z, which is in the future, and counts as now',
    ])
    expect(project?.memory.asleepSince).toEqual(new Date('2026-11-22T13:00:00Z'))
  })

  test('with an unknown time zone have no schedule, and say so once', () => {
    const [project] = resolveProjects([{ ...a, timeZone: 'Mars/Olympus' }], [namespace('project-a')], seen)
    const message = expect.stringContaining('Mars/Olympus')
    expect(project).toMatchObject({ schedule: undefined, faults: [{ key: 'timeZone', message }] })
  })

  test('with an invalid line go on without it and say why; other projects are not affected', () => {
    const b = { ...a, name: 'b', namespaces: ['project-b'] }
    const annotations = { 'aks-scale-to-zero/scale-down': 'at night' }
    const [first, second] = resolveProjects(
      [a, b],
      [namespace('project-a', { annotations }), namespace('project-b')],
      seen,
    )
    expect(first?.schedule).toMatchObject({ scaleDown: [], scaleUp: [expect.anything()] })
    const message = expect.stringContaining('project a: scaleDown "at night" is no cron line')
    expect(first?.faults).toEqual([{ key: 'scaleDown', message }])
    expect(second).toMatchObject({ schedule: expect.anything(), faults: [] })
  })
})

describe('a workload', () => {
  const key = (name: string) => `aks-scale-to-zero/${name}`
  const workload = (marks: Pick<Partial<Workload>, 'annotations' | 'labels'>) =>
    ({ ref: { kind: 'Deployment', namespace: 'project-a', name: 'web' }, ...marks }) as Workload
  const asleep = { [key('asleep')]: 'true' }
  const record = { [key('original-replicas')]: '2', [key('scope')]: 'project' }
  test.each([
    [
      'a key that nobody reads',
      { annotations: { [key('excluded')]: 'true' } },
      `nobody reads its annotation ${key('excluded')}: the nearest known one is ${key('exclude')}`,
    ],
    [
      'a key of namespaces',
      { annotations: { [key('scale-down')]: '0 22 * * *' } },
      `nobody reads its annotation ${key('scale-down')}: it is read on namespaces only`,
    ],
    [
      'an annotation as a label',
      { labels: { [key('exclude')]: 'true' } },
      `nobody reads its label ${key('exclude')}: it is read as an annotation only`,
    ],
    [
      'an exclusion without meaning',
      { annotations: { [key('exclude')]: 'yes' } },
      `${key('exclude')} is "yes", neither "true" nor "false"`,
    ],
    [
      'a permission without meaning',
      { annotations: { [key('allow-data-loss')]: 'yes' } },
      `its ${key('allow-data-loss')} is "yes", neither "true" nor "false"`,
    ],
    [
      'a wake-up time that is none',
      { labels: asleep, annotations: { ...record, [key('scheduled-scale-up')]: 'at seven' } },
      `its annotation ${key('scheduled-scale-up')} cannot be read`,
    ],
    [
      'a scope that is none',
      { labels: asleep, annotations: { ...record, [key('scope')]: 'all' } },
      `its annotation ${key('scope')} cannot be read`,
    ],
    [
      'a label of sleepers with another value',
      { labels: { [key('asleep')]: 'yes' } },
      `its ${key('asleep')} is "yes", neither "true" nor "false"`,
    ],
  ])('is told of %s', (_what, marks, why) => {
    expect(faultsOfWorkloads([workload(marks)], new Date()).map(({ message }) => message)).toEqual([
      `Deployment project-a/web: ${why}`,
    ])
  })

  test('is not told of a record as it is written, nor of the keys of others', () => {
    const annotations = { ...record, 'team.example/exclude': 'yes', [key('exclude')]: 'false' }
    expect(faultsOfWorkloads([workload({ annotations, labels: { ...asleep, app: 'web' } })], new Date())).toEqual([])
  })
})

describe('an exclusion', () => {
  const key = (name: string) => `aks-scale-to-zero/${name}`
  test.each([
    ['holds when it says so', { [key('exclude')]: 'true' }, true, false],
    ['does not hold when it says no', { [key('exclude')]: 'false' }, false, false],
    ['holds when its value has no meaning', { [key('exclude')]: 'yes' }, true, true],
    ['holds until its time', { [key('exclude-until')]: '2026-11-23T12:00:01Z' }, true, false],
    ['is over at its time', { [key('exclude-until')]: '2026-11-23T12:00:00Z' }, false, false],
    ['may name a day', { [key('exclude-until')]: '2026-12-01' }, true, false],
    ['holds when its time cannot be read', { [key('exclude-until')]: 'tomorrow' }, true, true],
    ['cannot name a day that does not exist', { [key('exclude-until')]: '2027-02-30' }, true, true],
    ['cannot name a time of a day that does not exist', { [key('exclude-until')]: '2027-02-30T18:00:00Z' }, true, true],
    ['does not exist without an annotation', {}, false, false],
  ])('%s', (_what, annotations, holds, isFault) => {
    const exclusion = exclusionOf(annotations, { now, zone: utc })
    expect([exclusion !== undefined, exclusion?.isFault ?? false]).toEqual([holds, isFault])
  })

  test.each([
    ['Asia/Tokyo', '2026-11-23T14:59:59Z', true],
    ['Asia/Tokyo', '2026-11-23T15:00:00Z', false],
    ['America/New_York', '2026-11-24T04:59:59Z', true],
    ['America/New_York', '2026-11-24T05:00:00Z', false],
    ['Mars/Olympus', '2026-11-23T23:59:59Z', true],
    ['Mars/Olympus', '2026-11-24T00:00:00Z', false],
  ])('until a date ends at midnight in %s: at %s it holds: %s', (timeZone, time, holds) => {
    const home = namespace('project-a', { annotations: { [key('exclude-until')]: '2026-11-24' } })
    const [project] = resolveProjects([{ ...a, timeZone }], [home], { ...seen, now: new Date(time) })
    expect(project?.excluded !== undefined).toBe(holds)
  })

  test('has all its faults told, also where one of the two decides', () => {
    const annotations = { [key('exclude')]: 'true', [key('exclude-until')]: 'soon' }
    expect(resolveProjects([a], [namespace('project-a', { annotations })], seen)[0]?.faults).toMatchObject([
      { key: key('exclude-until') },
    ])
  })
})
