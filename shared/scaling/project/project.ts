import { parseSchedule, type Schedule, ScheduleError, type ScheduleLines } from '../../schedule/index.ts'
import type { Namespace } from '../cluster/namespace.ts'
import type { Fault } from '../observation.ts'
import { exclusionOf } from '../workload/exclusion.ts'
import { type Protection, whyProtected } from '../workload/protectedNamespaces.ts'
import { annotationPrefix } from '../workload/record.ts'
import { type Memory, readMemory } from './memory.ts'

/** A project as the settings have it. Cron lines in the given IANA zone. */
export interface ProjectSettings {
  name: string
  namespaces: string[]
  nodePool?: string | undefined
  nodeSelector?: Record<string, string> | undefined
  scaleDown: string[]
  scaleUp: string[]
  timeZone: string
}

/** A project as it is now: its settings, what its namespaces say instead, and its memory. */
export interface Project extends Omit<ProjectSettings, 'namespaces'> {
  /** Those that exist; at least its home. */
  namespaces: Namespace[]
  /** The first of its namespaces. The project's schedule is written there, and remembered there. */
  home: Namespace
  memory: Memory
  /** Undefined while a line of it cannot be used, or when it has none. */
  schedule: Schedule | undefined
  /** The reason why the whole project is left out at the moment. */
  excluded: string | undefined
  /** The values that somebody wrote and that cannot be used. */
  faults: Fault[]
}

/** The annotations by which a namespace describes its schedule itself. */
export const scheduleAnnotations = {
  scaleDown: `${annotationPrefix}scale-down`,
  scaleUp: `${annotationPrefix}scale-up`,
  timeZone: `${annotationPrefix}time-zone`,
} as const

/** A namespace with this label is a project of its own. */
export const managedLabel = { key: `${annotationPrefix}managed`, value: 'true' } as const

/**
 * Every project there is: those of the settings whose home exists, and the namespaces that are labelled to be one. A
 * fault of one does not touch the others.
 */
export function resolveProjects(
  settings: ProjectSettings[],
  namespaces: Namespace[],
  { now, protection }: { now: Date; protection: Protection },
): Project[] {
  const isProtected = (name: string) => whyProtected(name, protection) !== undefined
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]))
  const configured = new Set(settings.flatMap((project) => [project.name, ...project.namespaces]))
  const labelled = namespaces.filter(
    ({ name, labels }) =>
      labels[managedLabel.key] === managedLabel.value && !configured.has(name) && !isProtected(name),
  )
  const all = [
    ...settings,
    ...labelled.map(({ name }) => ({ name, namespaces: [name], scaleDown: [], scaleUp: [], timeZone: 'UTC' })),
  ]
  return all.flatMap((project) => {
    const existing = project.namespaces.flatMap((name) => (isProtected(name) ? [] : (byName.get(name) ?? [])))
    const [home] = existing
    return home === undefined ? [] : [resolve(project, existing, { home, now, protection })]
  })
}

function resolve(
  settings: ProjectSettings,
  namespaces: Namespace[],
  { home, now, protection }: { home: Namespace; now: Date; protection: Protection },
): Project {
  const own = home.annotations
  const scaleDown = linesOf(own[scheduleAnnotations.scaleDown]) ?? settings.scaleDown
  const scaleUp = linesOf(own[scheduleAnnotations.scaleUp]) ?? settings.scaleUp
  const timeZone = own[scheduleAnnotations.timeZone] ?? settings.timeZone
  const faults: Fault[] = settings.namespaces.flatMap((name) => {
    const why = whyProtected(name, protection)
    return why === undefined ? [] : { key: 'namespaces', message: `project ${settings.name}: ${why}` }
  })
  const { schedule, faults: scheduleFaults } = readSchedule(settings.name, { scaleDown, scaleUp, timeZone })
  faults.push(...scheduleFaults)
  for (const { name, annotations } of namespaces) {
    const exclusion = exclusionOf(annotations, now)
    if (exclusion?.isFault) {
      const message = `project ${settings.name}: on namespace ${name}, ${exclusion.why}`
      faults.push({ key: exclusion.key, message })
    }
  }
  return {
    ...settings,
    namespaces,
    home,
    memory: readMemory(own),
    scaleDown,
    scaleUp,
    timeZone,
    schedule,
    excluded: exclusionOf(own, now)?.why,
    faults,
  }
}

/** Reads each direction on its own: a wrong line to sleep by must not keep a project from waking by a right one. */
function readSchedule(project: string, lines: ScheduleLines): { schedule: Schedule | undefined; faults: Fault[] } {
  // A zone that does not exist is a fault of both directions, and is told once.
  const faults = new Map<string, Fault>()
  const usable = { ...lines }
  for (const direction of ['scaleDown', 'scaleUp'] as const) {
    try {
      parseSchedule(project, { ...lines, scaleDown: [], scaleUp: [], [direction]: lines[direction] })
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error
      const { field: key, message } = error
      faults.set(message, { key, message })
      usable[direction] = []
    }
  }
  const isEmpty = usable.scaleDown.length + usable.scaleUp.length === 0
  return { schedule: isEmpty ? undefined : parseSchedule(project, usable), faults: [...faults.values()] }
}

/** Several cron lines are divided by `;` or by new lines. */
function linesOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(/[;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
