import { expect, test } from '@jest/globals'
import { projectsOf, sampleProjects } from '../../../../dev/lab/projects.ts'
import { readConfig } from '../../../../shared/config.ts'
import { nextTransitions, noExceptions, readSchedule } from '../../../../shared/schedule/index.ts'

test('a lab starts with the two samples as projects, each with its node pool', () => {
  const { projects } = readConfig({ PROJECTS: projectsOf({}) })
  expect(projects.map(({ name, namespaces, nodePool }) => ({ name, namespaces, nodePool }))).toEqual([
    { name: 'project-a', namespaces: ['project-a'], nodePool: 'projecta' },
    { name: 'project-b', namespaces: ['project-b'], nodePool: 'projectb' },
  ])
})

test.each([
  [{ PROJECTS: '[]' }, '[]'],
  [{ PROJECTS: '' }, ''],
  [{}, sampleProjects],
])('with the environment %j it has the projects %j', (env, projects) => {
  expect(projectsOf(env)).toBe(projects)
})

test('both sleep at night and wake on weekdays, in Tokyo', () => {
  const saturdayMorning = new Date('2026-11-27T23:00:00Z')
  const { projects } = readConfig({ PROJECTS: sampleProjects })
  for (const { name, scaleDown, scaleUp, timeZone } of projects) {
    const { schedule } = readSchedule({ scaleDown: scaleDown.join(';'), scaleUp: scaleUp.join(';'), timeZone })
    if (schedule === undefined) throw new Error(`${name} has no schedule`)
    const next = nextTransitions(schedule, noExceptions, { now: saturdayMorning, applied: {} })
    expect(next['scale-down']).toEqual(new Date('2026-11-28T13:00:00Z'))
    expect(next['scale-up']).toEqual(new Date('2026-11-29T22:00:00Z'))
  }
})
