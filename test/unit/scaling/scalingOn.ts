import type { Cluster, Scaling } from '../../../shared/scaling/index.ts'

/** The ports of scaling over this cluster: nothing waits, and the work for afterwards begins at once. */
export const scalingOn = (cluster: Cluster, changes: Partial<Scaling> = {}): Scaling => ({
  cluster,
  protection: { added: [], removed: [] },
  wait: async () => {},
  random: () => 0.5,
  now: () => new Date(),
  // As in a host: a failure is not the operation's, and a test that ends leaves some of it undone.
  afterwards: (work) => void work().catch(() => {}),
  ...changes,
})
