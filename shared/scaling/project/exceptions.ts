import { type Exceptions, type ExceptionTexts, type Hold, readExceptions, readTime } from '../../schedule/index.ts'
import type { Namespace } from '../cluster/namespace.ts'
import type { Fault } from '../observation.ts'
import type { Scaling } from '../scaling.ts'
import { annotationPrefix } from '../workload/record/record.ts'

/** The annotations by which people depart from the schedule of a project, on its home namespace. */
export const exceptionAnnotations = {
  awakeUntil: `${annotationPrefix}awake-until`,
  asleepUntil: `${annotationPrefix}asleep-until`,
  skip: `${annotationPrefix}skip`,
  daysOff: `${annotationPrefix}days-off`,
  holidays: `${annotationPrefix}holidays`,
  suspend: `${annotationPrefix}suspend`,
  enforce: `${annotationPrefix}enforce`,
} as const satisfies Partial<Record<keyof ExceptionTexts, string>>

/** The exceptions with a trace of who wants them, and why. */
export const tracedExceptions = ['awakeUntil', 'asleepUntil', 'suspend'] as const

export type TracedException = (typeof tracedExceptions)[number]

/** The annotations beside an exception that say who wants it, and why. Nothing follows from them. */
export const exceptionTraceOf = (field: TracedException): { by: string; reason: string } => ({
  by: `${exceptionAnnotations[field]}-by`,
  reason: `${exceptionAnnotations[field]}-reason`,
})

/** All of those. */
export const traceAnnotations: readonly string[] = tracedExceptions.flatMap((field) =>
  Object.values(exceptionTraceOf(field)),
)

/** The annotations that suspend, and say who did and why. They are all that is ever written on `scale-system`. */
export const suspendAnnotations: readonly string[] = [
  exceptionAnnotations.suspend,
  ...Object.values(exceptionTraceOf('suspend')),
]

/** The exceptions that this service itself writes or takes back. People write the others. */
export const writtenExceptions: readonly string[] = [
  exceptionAnnotations.awakeUntil,
  exceptionAnnotations.asleepUntil,
  exceptionAnnotations.skip,
  exceptionAnnotations.suspend,
  ...traceAnnotations,
]

/** The namespace whose `suspend` holds for every project. */
export const systemNamespace = 'scale-system'

/** The part of `Scaling` that a schedule needs beside what a namespace says. */
export type Calendar = Pick<Scaling, 'daysOff' | 'holidaysOf' | 'defaultTimeZone'>

/** What counts for all projects at this time. */
export interface AllProjects extends Calendar {
  now: Date
  /** What suspends every project; undefined when nothing does. */
  suspensionOfAll: Exceptions['suspension']
}

const unknownHolidays = () => 'cannot be read, as this host knows no holidays'

const fields = Object.keys(exceptionAnnotations) as (keyof typeof exceptionAnnotations)[]

/** Reads the exceptions of a project from the annotations of its home. */
export function exceptionsOf(
  annotations: Namespace['annotations'],
  { now, suspensionOfAll, daysOff = [], holidaysOf = unknownHolidays }: AllProjects,
): { exceptions: Exceptions; faults: Fault[] } {
  const texts = Object.fromEntries(fields.map((field) => [field, annotations[exceptionAnnotations[field]]]))
  const around = { now, daysOff, suspension: suspensionOfAll, holidaysOf }
  const { exceptions, faults } = readExceptions(texts, around)
  return {
    exceptions,
    faults: faults.map(({ field, message }) => {
      const key = exceptionAnnotations[field as keyof typeof exceptionAnnotations]
      return { key, message: `${key} ${message}` }
    }),
  }
}

/** No scale-down acts until somebody corrects something. */
export const awake = (because: string): Hold => ({
  actions: ['scale-down'],
  untilMs: Number.POSITIVE_INFINITY,
  because,
  isOutage: false,
})

/** Reads what suspends every project. What cannot be understood keeps all of them awake. */
export function suspensionOf(
  annotations: Namespace['annotations'] | undefined,
  now: Date,
): { hold: Exceptions['suspension']; faults: Fault[] } {
  const key = exceptionAnnotations.suspend
  const text = annotations?.[key]
  const around = { now, daysOff: [], suspension: undefined, holidaysOf: unknownHolidays }
  const { exceptions, faults } = readExceptions({ suspend: text }, around)
  const { suspension } = exceptions
  if (faults.length > 0) {
    const because = `suspend of ${systemNamespace} cannot be understood`
    return {
      hold: { ...awake(because), isOutage: true },
      faults: faults.map(({ message }) => ({ key, message: `${key} ${message}` })),
    }
  }
  return { hold: suspension && { ...suspension, because: 'suspended for all projects', isOfAll: true }, faults: [] }
}

/**
 * The changes that take back what is past once a transition of this time was applied: the same transition must not be due
 * again. Two that contradict each other stay, or the second would act when the first is gone.
 */
export function pastExceptions(
  annotations: Namespace['annotations'],
  applied: Date,
): Record<string, string | undefined> {
  const { awakeUntil, asleepUntil, skip } = exceptionAnnotations
  const isPast = (text: string | undefined) => {
    const time = text === undefined ? undefined : readTime(text.trim())
    return time !== undefined && time <= applied
  }
  const contradicts = annotations[awakeUntil] !== undefined && annotations[asleepUntil] !== undefined
  const ended = tracedExceptions.filter(
    (field) => isPast(annotations[exceptionAnnotations[field]]) && (field === 'suspend' || !contradicts),
  )
  const changes = Object.fromEntries(ended.flatMap((field) => keysOf(field).map((key) => [key, undefined])))
  const skips = annotations[skip]?.split(/[;,\n]/).map((one) => one.trim()) ?? []
  const rest = skips.filter((one) => one !== '' && !isPast(one))
  if (rest.length === skips.length) return changes
  return { ...changes, [skip]: rest.length === 0 ? undefined : rest.join(', ') }
}

/** The annotation of an exception, and those of its trace. */
export const keysOf = (field: TracedException): string[] => [
  exceptionAnnotations[field],
  ...Object.values(exceptionTraceOf(field)),
]
