import type { Cluster, Scaling } from '../../../shared/scaling/index.ts'

/** What scaling reaches the world through, over this cluster: nothing waits, and what comes afterwards begins at once. */
export const scalingOn = (cluster: Cluster, changes: Partial<Scaling> = {}): Scaling => ({
  cluster,
  wait: async () => {},
  random: () => 0.5,
  now: () => new Date(),
  afterwards: (work) => void work(),
  ...changes,
})
