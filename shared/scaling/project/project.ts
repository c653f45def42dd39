import { type Exceptions, isAhead, readSchedule, type Schedule, type Zone } from '../../schedule/index.ts'
import type { Namespace } from '../cluster/namespace.ts'
import type { Fault } from '../observation.ts'
import { exclusionOf } from '../workload/refusals/exclusion.ts'
import { type Protection, whyProtected } from '../workload/refusals/protectedNamespaces.ts'
import { awake, type Calendar, exceptionsOf, suspensionOf, systemNamespace } from './exceptions.ts'
import { faultsOfNamespace, faultsOfStranger, named } from './faults.ts'
import { managedLabel, scheduleAnnotations } from './keys.ts'
import { matchSettings } from './matching.ts'
import { faultsOfMemory, type Memory, readMemory } from './memory.ts'
import { type NodeClaims, readNodeClaims } from './nodeClaims.ts'
import type { ProjectSettings } from './settings.ts'

/** A project as it is now: its settings, what its namespaces say instead, and its memory. */
export interface Project extends Omit<ProjectSettings, 'namespaces'> {
  /** Those that exist; at least its home. */
  namespaces: Namespace[]
  /** The first of its namespaces. The project's schedule is written there, and remembered there. */
  home: Namespace
  memory: Memory
  /** The zone of its schedule, in which a date begins; UTC where that does not exist. */
  zone: Zone
  /** The nodes that namespaces have claimed for themselves. */
  claims: NodeClaims
  /** Whether its namespace says itself which nodes are its own, as no setting does. */
  claimsNodes: boolean
  /** What it has without the annotations of its namespace. */
  settings: ProjectSettings
  /** Undefined while a line of it cannot be used, or when it has none. */
  schedule: Schedule | undefined
  /** By what it departs from its schedule. */
  exceptions: Exceptions
  /** What suspends every project, be it also suspended itself. */
  suspensionOfAll: Exceptions['suspension']
  /** The reason why the whole project is left out at the moment. */
  excluded: string | undefined
  /** The values that somebody wrote and that cannot be used. */
  faults: Fault[]
}

/** Something that is meant to be a project and is none: it is listed with its faults, and nothing in it is scaled. */
export interface UnusableProject extends Omit<ProjectSettings, 'namespaces'> {
  /** The namespace that somebody meant; undefined when there is none. */
  home: Namespace | undefined
  faults: Fault[]
}

/** All that is or is meant to be a project. */
export interface Resolved {
  projects: Project[]
  unusable: UnusableProject[]
}

/** The time that it is, and the namespaces that are never scaled. */
export interface Circumstances extends Calendar {
  now: Date
  protection: Protection
  /** The claims that were read with all namespaces, where these are not all. */
  claims?: NodeClaims
}

/** Every project there is: see `resolve`. */
export const resolveProjects = (...asked: Parameters<typeof resolve>): Project[] => resolve(...asked).projects

/**
 * Every project there is: those of the settings whose home exists, and the namespaces that are labelled to be one. A
 * fault of one does not touch the others.
 */
export function resolve(settings: ProjectSettings[], namespaces: Namespace[], circumstances: Circumstances): Resolved {
  const { protection } = circumstances
  const isProtected = (name: string) => whyProtected(name, protection) !== undefined
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]))
  const suspensionOfAll = suspensionOf(byName.get(systemNamespace)?.annotations, circumstances.now).hold
  const matched = matchSettings(
    settings,
    namespaces.filter(({ name }) => !isProtected(name)),
  )
  const configured = new Set(matched.flatMap((project) => [project.name, ...project.namespaces]))
  const claimants = new Set(matched.flatMap(({ claimsNodes, namespaces: own }) => (claimsNodes ? own : [])))
  const found: Resolved = { projects: [], unusable: [] }
  const isLabelled = ({ name, labels }: Namespace) =>
    !configured.has(name) && labels[managedLabel.key] === managedLabel.value && !isProtected(name)
  const claims =
    circumstances.claims ??
    readNodeClaims(
      settings,
      namespaces.filter((namespace) => isLabelled(namespace) || claimants.has(namespace.name)),
    )
  for (const { faults: ofMatch, keptAwake, claimsNodes, ...project } of matched) {
    const existing = project.namespaces.flatMap((name) => (isProtected(name) ? [] : (byName.get(name) ?? [])))
    const [home] = existing
    const absent = project.namespaces.filter((name) => !isProtected(name) && !byName.has(name)).map(whyMissing)
    const { faults: ofClaim, ...nodes } = claimsNodes ? claims.of(project.name) : { faults: [] }
    const missing = [...absent, ...ofMatch, ...ofClaim]
    if (home !== undefined) {
      const own = { ...circumstances, suspensionOfAll, claims, home, missing, claimsNodes, keptAwake }
      found.projects.push(resolveOne({ ...project, ...nodes }, existing, own))
    } else
      found.unusable.push({
        ...project,
        home: undefined,
        faults: named(project.name, [...protectedOf(project, protection), ...missing]),
      })
  }
  for (const namespace of namespaces) {
    const { name } = namespace
    if (configured.has(name)) continue
    const project = {
      name,
      namespaces: [name],
      scaleDown: [],
      scaleUp: [],
      timeZone: circumstances.defaultTimeZone ?? 'UTC',
    }
    const why = whyProtected(name, protection)
    if (isLabelled(namespace)) {
      const { faults: missing, ...nodes } = claims.of(name)
      const own = { ...circumstances, suspensionOfAll, claims, home: namespace, missing, claimsNodes: true }
      found.projects.push(resolveOne({ ...project, ...nodes }, [namespace], own))
      continue
    }
    const faults = faultsOfStranger(namespace, { whyProtected: why, now: circumstances.now })
    if (faults !== undefined) found.unusable.push({ ...project, home: namespace, faults: named(name, faults) })
  }
  return found
}

const whyMissing = (name: string): Fault => ({ key: 'namespaces', message: `namespace ${name} does not exist` })

const protectedOf = ({ namespaces }: ProjectSettings, protection: Protection): Fault[] =>
  namespaces.flatMap((name) => {
    const message = whyProtected(name, protection)
    return message === undefined ? [] : { key: 'namespaces', message }
  })

/** Beside the circumstances, what is known of one project before it is read. */
interface Resolving extends Circumstances {
  home: Namespace
  suspensionOfAll: Exceptions['suspension']
  claims: NodeClaims
  claimsNodes: boolean
  /** Why the schedule must not put it to zero, beside its exceptions. */
  keptAwake?: string | undefined
  /** The namespaces that are missing, or the nodes that it was not given. */
  missing: Fault[]
}

function resolveOne(settings: ProjectSettings, namespaces: Namespace[], resolving: Resolving): Project {
  const { home, now, protection, missing, claims, claimsNodes, keptAwake } = resolving
  const own = home.annotations
  const { schedule, ...written } = readSchedule({
    scaleDown: own[scheduleAnnotations.scaleDown] ?? settings.scaleDown.join('\n'),
    scaleUp: own[scheduleAnnotations.scaleUp] ?? settings.scaleUp.join('\n'),
    timeZone: own[scheduleAnnotations.timeZone] ?? settings.timeZone,
  })
  const memory = readMemory(own)
  const { exceptions, faults: ofExceptions } = exceptionsOf(own, resolving)
  const faults = [
    ...protectedOf(settings, protection),
    ...missing,
    ...written.faults.map(({ field: key, message }) => ({ key, message })),
    ...ofExceptions,
    ...faultsOfMemory(own, memory, now),
    ...namespaces.flatMap((namespace) => faultsOfNamespace(namespace, { home, claimsNodes })),
  ]
  return {
    ...settings,
    ...written,
    namespaces,
    home,
    settings,
    claims,
    claimsNodes,
    memory: believableAt(now, memory),
    schedule,
    exceptions: keptAwake === undefined ? exceptions : { ...exceptions, hold: awake(keptAwake) },
    suspensionOfAll: resolving.suspensionOfAll,
    excluded: exclusionOf(own, { now, zone: written.zone })?.why,
    faults: named(settings.name, faults),
  }
}

/** A project cannot have fallen asleep after now: its nodes would never be looked after. The rest is the next tick's. */
function believableAt(now: Date, memory: Memory): Memory {
  const { asleepSince, lastScaleDown = now } = memory
  if (asleepSince === undefined || !isAhead(asleepSince, now)) return memory
  return { ...memory, asleepSince: lastScaleDown < now ? lastScaleDown : now }
}
