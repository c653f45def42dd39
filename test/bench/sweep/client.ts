import { createCluster, createTransport, inClusterConnection } from '../../../shared/kubernetes/index.ts'
import type { Scaling } from '../../../shared/scaling/index.ts'
import type { Job, Run } from './measured.ts'

/** Our own client as a host has it, with its calls counted. The work for afterwards (Events) is not part of a run. */
export function clientOf({ identity }: Job): { scaling: Scaling; counted: Run } {
  const elapsed = () => performance.now()
  const counted: Run = { requests: {}, conflicts: 0, throttled: 0, failures: [] }
  const transport = createTransport({
    connection: inClusterConnection(identity, elapsed),
    timeoutMs: 60_000,
    maxSockets: 64,
    maxWatches: 1,
    userAgent: 'aks-scale-to-zero',
    random: Math.random,
    elapsed,
    onCall: ({ verb, code }) => {
      counted.requests[verb] = (counted.requests[verb] ?? 0) + 1
      if (code === '409' || code === '422') counted.conflicts++
      if (code === '429') counted.throttled++
    },
  })
  const scaling: Scaling = {
    cluster: createCluster(transport, elapsed),
    protection: { added: [], removed: [] },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    now: () => new Date(),
    afterwards() {},
  }
  return { scaling, counted }
}
