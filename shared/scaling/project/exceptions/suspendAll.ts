import type { Namespace } from '../../cluster/namespace.ts'
import { ScalingError } from '../../errors.ts'
import type { Scaling } from '../../scaling.ts'
import { exceptionAnnotations, exceptionTraceOf, keysOf, systemNamespace } from '../exceptions.ts'
import { withEntry } from '../history/history.ts'
import { keepHistory } from '../history/keepHistory.ts'
import { type Project, resolveProjects } from '../project.ts'
import type { ProjectSettings } from '../settings.ts'
import { forEachAdaptively } from '../sweep/adaptivePool.ts'
import { maxConcurrency } from '../sweep/sweep.ts'
import { announceChange, type Change, type ChangeRequest, changeNamespace, entryOf } from './changeHome.ts'

/** A request about all projects, those of the settings and the others. */
interface RequestForAll extends ChangeRequest {
  projects: ProjectSettings[]
}

/** Suspends every project, until a time or until somebody resumes. @throws ScalingError `namespace-not-found` */
export async function suspendAll(
  scaling: Scaling,
  request: RequestForAll & { until: Date | undefined },
): Promise<void> {
  const { until, actor, reason } = request
  const namespace = await systemOf(scaling, request)
  const trace = exceptionTraceOf('suspend')
  const value = until?.toISOString() ?? 'true'
  await changeNamespace(scaling, { ...request, namespace }, () => ({
    [exceptionAnnotations.suspend]: value,
    [trace.by]: actor,
    [trace.reason]: reason,
  }))
  const end = until === undefined ? 'until somebody resumes' : `until ${until.toISOString()}`
  announceForAll(scaling, namespace, { ...request, request: 'suspend', what: `All projects are suspended ${end}` })
}

/** Ends the suspension of every project; what a project itself has stays. @throws ScalingError `namespace-not-found` */
export async function resumeAll(scaling: Scaling, request: RequestForAll): Promise<void> {
  const namespace = await systemOf(scaling, request)
  const isSuspended = namespace.annotations[exceptionAnnotations.suspend] !== undefined
  await changeNamespace(scaling, { ...request, namespace }, () =>
    Object.fromEntries(keysOf('suspend').map((key) => [key, undefined])),
  )
  if (isSuspended) announceForAll(scaling, namespace, { ...request, request: 'resume', what: 'All projects go on' })
}

/** Tells it by one Event, and in the history of every project. Nobody waits for it. */
function announceForAll(scaling: Scaling, namespace: Namespace, change: Change & RequestForAll): void {
  announceChange(scaling, namespace, change)
  if (change.dryRun) return
  const entry = entryOf(change)
  scaling.afterwards(async () => {
    const namespaces = await scaling.cluster.listNamespaces()
    const projects = resolveProjects(change.projects, namespaces, { ...scaling, now: change.now })
    const failures: unknown[] = []
    const keep = ({ home }: Project) =>
      keepHistory(scaling, home, { change: (history) => withEntry(history, entry) }).then(
        () => true,
        (error: unknown) => {
          failures.push(error)
          return true
        },
      )
    await forEachAdaptively(projects, keep, { max: maxConcurrency, now: scaling.now })
    if (failures.length > 0) throw failures[0]
  })
}

async function systemOf({ cluster }: Scaling, { signal }: ChangeRequest): Promise<Namespace> {
  const found = await cluster.findNamespace(systemNamespace, { signal })
  if (found !== undefined) return found
  throw new ScalingError(
    'namespace-not-found',
    `Namespace ${systemNamespace} does not exist, and a suspension of all projects is written there: ` +
      `kubectl create namespace ${systemNamespace}`,
  )
}
