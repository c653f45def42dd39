import { type FakeAzure, startFakeAzure } from '../../dev/azure/index.ts'
import { type Host, startFunctions } from '../hosts.ts'
import { readTarget } from './target.ts'
import { readIdentity } from './withIdentity.ts'

/** Where the nodes of a sample are, for PROJECTS: the names of an existing cluster's pools are unknown. */
export const nodesOf = (sample: 'a' | 'b') =>
  hasIdentity() ? { nodePool: `project${sample}` } : { nodeSelector: { project: sample } }

const hasIdentity = () => readIdentity().tokens.length > 0

/** A Functions host of a test's own beside those of the target, and what it signs in to. */
export interface OwnFunctions {
  host: Host
  stop(): Promise<void>
}

/** Starts one: as the managed identity where the target has one, otherwise as the administrator. */
export async function startOwnFunctions(projects: object[], settings: Record<string, string>): Promise<OwnFunctions> {
  const azure: FakeAzure | undefined = hasIdentity() ? await startFakeAzure(readIdentity().azure) : undefined
  const way = azure?.env() ?? { KUBECONFIG: readTarget().kubeconfig }
  const host = await startFunctions({ ...way, PROJECTS: JSON.stringify(projects), ...settings })
  return {
    host,
    async stop() {
      await host.stop()
      await azure?.stop()
    },
  }
}
