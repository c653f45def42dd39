import type { Finished } from '../run/command.ts'
import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'

/** How long a fresh role assignment may take until the API server knows of it, and how often to ask. */
export interface Patience {
  roleWaitMs: number
  everyMs: number
}

/** Runs kubectl on one cluster. @throws HookError, Unreachable */
export type Kubectl = (args: string[], input?: string) => Promise<Finished>

/** The cluster does not answer from here. Somewhere else it may. */
export class Unreachable extends HookError {}

const unreachable =
  /Unable to connect to the server|connection to the server .* was refused|dial tcp|no such host|i\/o timeout|TLS handshake timeout|context deadline exceeded|Client\.Timeout exceeded/

/** The API server says no. On AKS the roles of Azure are asked, too, and their webhook answers in its own words. */
const forbidden = /\(Forbidden\)|does not have access to the resource in Azure/

/** kubectl with a kubeconfig of its own: that of the user is neither read nor written. */
export function createKubectl(tools: Tools, kubeconfig: string, patience: Patience): Kubectl {
  const started = tools.elapsed()
  let isWaiting = false
  return async (args, input) => {
    // A deletion waits until the object is gone, which may take longer than one request.
    const limit = args[0] === 'delete' ? '--timeout=300s' : '--request-timeout=30s'
    for (;;) {
      const finished = await tools.run(['kubectl', ...args, limit], {
        env: { KUBECONFIG: kubeconfig },
        ...(input === undefined ? {} : { input }),
      })
      const { code, stderr } = finished
      if (code === 0) return finished
      if (unreachable.test(stderr)) throw new Unreachable(`The cluster does not answer from here: ${lastLine(stderr)}`)
      if (!forbidden.test(stderr)) return finished
      if (tools.elapsed() - started >= patience.roleWaitMs) {
        throw new HookError(
          `The cluster still refuses this account: ${refusalIn(stderr)}`,
          'az role assignment create --assignee <you> --role "Azure Kubernetes Service RBAC Cluster Admin" --scope <id of the cluster>',
        )
      }
      if (!isWaiting) {
        tools.say(
          `  Forbidden: a fresh role takes minutes to spread. Trying again for ${patience.roleWaitMs / 1000} s ...`,
        )
        isWaiting = true
      }
      await tools.wait(patience.everyMs)
    }
  }
}

export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** The sentence of a refusal: kubectl writes what it was about to do around it. */
const refusalIn = (stderr: string): string =>
  /\S+ "[^"]*" is forbidden: .*|User does not have access to the resource in Azure.*/.exec(stderr)?.[0] ??
  lastLine(stderr)
