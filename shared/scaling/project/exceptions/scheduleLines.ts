import { type ReadSchedule, readSchedule } from '../../../schedule/index.ts'
import type { Scaling } from '../../scaling.ts'
import { scheduleAnnotations } from '../keys.ts'
import type { Project } from '../project.ts'
import { announceChangeOf, type ChangeRequest, type Changes, changeNamespace } from './changeHome.ts'

/** Lines that a namespace is to have: null goes back to those of the settings, and an absent field stays. */
export interface WrittenLines {
  scaleDown?: string[] | null | undefined
  scaleUp?: string[] | null | undefined
  timeZone?: string | null | undefined
}

const fields = ['scaleDown', 'scaleUp', 'timeZone'] as const

/** How a schedule would be read with other lines. */
export function readWritten({ home, settings }: Project, lines: WrittenLines): ReadSchedule {
  const changed = changesOf(lines)
  const own = (field: (typeof fields)[number]) => {
    const key = scheduleAnnotations[field]
    return key in changed ? changed[key] : home.annotations[key]
  }
  return readSchedule({
    scaleDown: own('scaleDown') ?? settings.scaleDown.join('\n'),
    scaleUp: own('scaleUp') ?? settings.scaleUp.join('\n'),
    timeZone: own('timeZone') ?? settings.timeZone,
  })
}

/** Writes the lines on a project's home. Repeating it changes nothing. @throws ScalingError */
export async function writeSchedule(
  scaling: Scaling,
  request: ChangeRequest & { project: Project; lines: WrittenLines },
): Promise<void> {
  const { project, lines } = request
  await changeNamespace(scaling, { ...request, namespace: project.home }, () => changesOf(lines))
  const what = Object.entries(changesOf(lines)).map(
    ([key, value]) => `${key} is ${value === undefined ? 'that of the settings' : JSON.stringify(value)}`,
  )
  announceChangeOf(scaling, project, { ...request, request: 'schedule', what: what.join(', ') })
}

function changesOf(lines: WrittenLines): Changes {
  const given = fields.filter((field) => lines[field] !== undefined)
  return Object.fromEntries(
    given.map((field) => {
      const value = lines[field]
      return [scheduleAnnotations[field], Array.isArray(value) ? value.join('; ') : (value ?? undefined)]
    }),
  )
}
