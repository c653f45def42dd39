import { describe, expect, test } from '@jest/globals'
import { type Namespace, resolveProjects } from '../../../../shared/scaling/index.ts'
import { exclusionOf } from '../../../../shared/scaling/workload/exclusion.ts'

const now = new Date('2026-11-23T12:00:00Z')
const seen = { now, protection: { added: [], removed: [] } }
const namespace = (name: string, more: Partial<Namespace> = {}): Namespace => ({
  name,
  uid: name,
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

  test('are the labelled namespaces when no project is configured', () => {
    const labels = { 'aks-scale-to-zero/managed': 'true' }
    const annotations = { 'aks-scale-to-zero/scale-down': '0 22 * * *', 'aks-scale-to-zero/time-zone': 'Europe/Berlin' }
    const found = resolveProjects([], [namespace('own', { labels, annotations }), namespace('other')], seen)
    expect(found).toMatchObject([{ name: 'own', scaleDown: ['0 22 * * *'], timeZone: 'Europe/Berlin', faults: [] }])
  })

  test('never hold a protected namespace because of its label', () => {
    const labels = { 'aks-scale-to-zero/managed': 'true' }
    expect(resolveProjects([], [namespace('kube-system', { labels })], seen)).toEqual([])
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
    ['does not exist without an annotation', {}, false, false],
  ])('%s', (_what, annotations, holds, isFault) => {
    const exclusion = exclusionOf(annotations, now)
    expect([exclusion !== undefined, exclusion?.isFault ?? false]).toEqual([holds, isFault])
  })
})
