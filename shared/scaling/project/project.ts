import { isAhead, readSchedule, type Schedule } from '../../schedule/index.ts'
import type { Namespace } from '../cluster/namespace.ts'
import type { Fault } from '../observation.ts'
import { exclusionOf } from '../workload/exclusion.ts'
import { type Protection, whyProtected } from '../workload/protectedNamespaces.ts'
import { annotationPrefix } from '../workload/record.ts'
import { faultsOfMemory, type Memory, readMemory } from './memory.ts'

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
  const { schedule, ...written } = readSchedule({
    scaleDown: own[scheduleAnnotations.scaleDown] ?? settings.scaleDown.join('\n'),
    scaleUp: own[scheduleAnnotations.scaleUp] ?? settings.scaleUp.join('\n'),
    timeZone: own[scheduleAnnotations.timeZone] ?? settings.timeZone,
  })
  const faults: Fault[] = settings.namespaces.flatMap((name) => {
    const why = whyProtected(name, protection)
    return why === undefined ? [] : { key: 'namespaces', message: `project ${settings.name}: ${why}` }
  })
  for (const { field: key, message } of written.faults) {
    faults.push({ key, message: `project ${settings.name}: ${message}` })
  }
  const memory = believableAt(now, readMemory(own))
  for (const { key, message } of faultsOfMemory(own, readMemory(own), now)) {
    faults.push({ key, message: `project ${settings.name}: ${message}` })
  }
  for (const { name, annotations } of namespaces) {
    const exclusion = exclusionOf(annotations, now)
    if (exclusion?.isFault) {
      const message = `project ${settings.name}: on namespace ${name}, ${exclusion.why}`
      faults.push({ key: exclusion.key, message })
    }
  }
  return {
    ...settings,
    ...written,
    namespaces,
    home,
    memory,
    schedule,
    excluded: exclusionOf(own, now)?.why,
    faults: theFirstOf(faults),
  }
}

/** A project cannot have fallen asleep after now: its nodes would never be looked after. The rest is the next tick's. */
function believableAt(now: Date, memory: Memory): Memory {
  const { asleepSince, lastScaleDown = now } = memory
  if (asleepSince === undefined || !isAhead(asleepSince, now)) return memory
  return { ...memory, asleepSince: lastScaleDown < now ? lastScaleDown : now }
}

// A namespace has room for thousands of wrong values, and each fault is a line of the log at each tick.
const mostFaults = 20

/** As many faults as a person reads, and how many more there are. */
function theFirstOf(faults: Fault[]): Fault[] {
  const more = faults.length - mostFaults
  if (more <= 0) return faults
  return [...faults.slice(0, mostFaults), { key: 'faults', message: `and ${more} more` }]
}
