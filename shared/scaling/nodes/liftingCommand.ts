import { autoscalerAnnotations } from './autoscaler/annotations.ts'
import type { Blocker, BlockerReason } from './blocker.ts'
import { doNotDisruptAnnotation } from './karpenter/podRules.ts'

/** The annotations by which a person keeps a node or a Pod. */
const kept: Partial<Record<BlockerReason, string>> = {
  ScaleDownDisabledAnnotation: autoscalerAnnotations.scaleDownDisabled,
  NotSafeToEvictAnnotation: autoscalerAnnotations.safeToEvict,
  DoNotDisrupt: doNotDisruptAnnotation,
}

/** The command that lifts a blocker where one does and destroys nothing else; otherwise the one that shows its object. */
export function liftingCommand({ reason, object: { kind, namespace, name } }: Blocker): string {
  const object = `${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`
  const annotation = kept[reason]
  if (annotation !== undefined) return `kubectl annotate ${object} ${annotation}-`
  return `kubectl ${reason === 'NotReplicated' ? 'delete' : 'describe'} ${object}`
}
