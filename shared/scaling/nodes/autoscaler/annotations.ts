/** https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md */
const prefix = 'cluster-autoscaler.kubernetes.io/'

/** The annotations that a person writes on a node or a Pod for the cluster autoscaler. */
export const autoscalerAnnotations = {
  scaleDownDisabled: `${prefix}scale-down-disabled`,
  safeToEvict: `${prefix}safe-to-evict`,
  safeToEvictLocalVolumes: `${prefix}safe-to-evict-local-volumes`,
} as const
