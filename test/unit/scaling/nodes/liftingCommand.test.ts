import { expect, test } from '@jest/globals'
import type { BlockerReason } from '../../../../shared/scaling/nodes/blocker.ts'
import { liftingCommand } from '../../../../shared/scaling/nodes/liftingCommand.ts'

const pod = { kind: 'Pod', namespace: 'project-a', name: 'debug' }
const node = { kind: 'Node', name: 'aks-projecta-1' }

test.each<[BlockerReason, typeof pod | typeof node, string]>([
  ['NotReplicated', pod, 'kubectl delete pod debug -n project-a'],
  [
    'NotSafeToEvictAnnotation',
    pod,
    'kubectl annotate pod debug -n project-a cluster-autoscaler.kubernetes.io/safe-to-evict-',
  ],
  [
    'ScaleDownDisabledAnnotation',
    node,
    'kubectl annotate node aks-projecta-1 cluster-autoscaler.kubernetes.io/scale-down-disabled-',
  ],
  ['DoNotDisrupt', node, 'kubectl annotate node aks-projecta-1 karpenter.sh/do-not-disrupt-'],
  ['DoNotDisrupt', pod, 'kubectl annotate pod debug -n project-a karpenter.sh/do-not-disrupt-'],
  ['LocalStorageRequested', pod, 'kubectl describe pod debug -n project-a'],
])('%s is lifted, or its object shown, by: %#', (reason, object, command) => {
  expect(liftingCommand({ reason, message: '', object })).toBe(command)
})
