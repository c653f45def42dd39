/** https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling */
export const kedaPausedReplicas = 'autoscaling.keda.sh/paused-replicas'
/** https://keda.sh/docs/latest/concepts/scaling-jobs/#pausing-autoscaling */
export const kedaPaused = 'autoscaling.keda.sh/paused'

type Annotations = Record<string, string> | undefined

const isFalse = /^(0|f|F|FALSE|false|False)$/
const integer = /^[+-]?\d+$/
const maxInt32 = 2 ** 31 - 1

/**
 * Whether KEDA has stopped because of the annotation `paused`. As in KEDA's source (`getBoolAnnotation`), any text that
 * is no boolean of Go is true, the empty one as well.
 */
export const isPaused = (annotations: Annotations): boolean => {
  const text = annotations?.[kedaPaused]
  return text !== undefined && !isFalse.test(text)
}

/**
 * The number of replicas at which KEDA holds the target of a ScaledObject, as KEDA's source reads it
 * (`GetPausedReplicaCount`): a decimal number, with a sign or zeros before it, that fits 32 bits. NaN for another text, with
 * which KEDA stops and holds nothing; undefined without the annotation.
 */
export function pausedReplicas(annotations: Annotations): number | undefined {
  const text = annotations?.[kedaPausedReplicas]
  if (text === undefined) return undefined
  const count = integer.test(text) ? Number.parseInt(text, 10) : Number.NaN
  // Without the sign of -0.
  return count >= -maxInt32 - 1 && count <= maxInt32 ? count + 0 : Number.NaN
}
