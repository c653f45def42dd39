import { isMap, type KubeObject, type ObjectMeta, valueAt } from './objects.ts'
import { conflict, invalid } from './statusError.ts'
import { update, type Write } from './writes.ts'

/** The `Scale` that an object shows under `/scale`. Zeros are left out, as the real server does. */
export function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const labels = Object.entries((valueAt(spec, 'selector.matchLabels') ?? {}) as Record<string, string>)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp } as ObjectMeta,
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: {
      replicas: Number(status?.replicas ?? 0),
      ...(labels.length > 0 && { selector: labels.map(([key, value]) => `${key}=${value}`).join(',') }),
    },
  }
}

/** Sets the replicas that `wanted`, a Scale, asks for. @throws 409, 422 */
export function updateScale(write: Write, old: KubeObject, wanted: KubeObject): KubeObject {
  const { name, resourceVersion } = old.metadata
  const replicas = isMap(wanted.spec) ? (wanted.spec.replicas ?? 0) : 0
  if (Number(replicas) < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
      { reason: 'FieldValueInvalid', field: 'spec.replicas', message },
    ])
  }
  const sent = wanted.metadata?.resourceVersion
  if (sent && sent !== resourceVersion) throw conflict(write.resource, name)
  return scaleOf(update({ ...write, subresource: 'scale' }, old, { ...old, spec: { ...old.spec, replicas } }))
}
