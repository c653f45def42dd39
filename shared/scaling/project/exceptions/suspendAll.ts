import type { Namespace } from '../../cluster/namespace.ts'
import { ScalingError } from '../../errors.ts'
import type { Scaling } from '../../scaling.ts'
import { exceptionAnnotations, exceptionTraceOf, keysOf, systemNamespace } from '../exceptions.ts'
import { announceChange, type ChangeRequest, changeNamespace } from './changeHome.ts'

/** Suspends every project, until a time or until somebody resumes. @throws ScalingError `namespace-not-found` */
export async function suspendAll(
  scaling: Scaling,
  request: ChangeRequest & { until: Date | undefined },
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
  announceChange(scaling, namespace, { ...request, what: `All projects are suspended ${end}` })
}

/** Ends the suspension of every project; what a project itself has stays. @throws ScalingError `namespace-not-found` */
export async function resumeAll(scaling: Scaling, request: ChangeRequest): Promise<void> {
  const namespace = await systemOf(scaling, request)
  const isSuspended = namespace.annotations[exceptionAnnotations.suspend] !== undefined
  await changeNamespace(scaling, { ...request, namespace }, () =>
    Object.fromEntries(keysOf('suspend').map((key) => [key, undefined])),
  )
  if (isSuspended) announceChange(scaling, namespace, { ...request, what: 'All projects go on' })
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
