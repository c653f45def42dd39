import type { ProjectSettings } from '../../../shared/scaling/index.ts'

/** The first of the two sample projects, whose nights are from 22:00 to 07:00. Its nodes are not known. */
export const projectA: ProjectSettings = {
  name: 'a',
  namespaces: ['project-a'],
  scaleDown: ['0 22 * * *'],
  scaleUp: ['0 7 * * *'],
  timeZone: 'UTC',
}

/** The second one, with the same nights. */
export const projectB: ProjectSettings = { ...projectA, name: 'b', namespaces: ['project-b'] }
