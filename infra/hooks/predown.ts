import { createKubectl } from './kubernetes/kubectl.ts'
import { withKubeconfig } from './kubernetes/reach.ts'
import { existingClusterOf } from './preflight/preflight.ts'
import { HookError } from './run/hookError.ts'
import { type Hook, millisecondsOf } from './run/runHook.ts'

const help = `node infra/hooks/main.mjs predown

Refuses azd down while the function app has rights in somebody's cluster: its workloads might sleep, and without the
function app nobody would wake them. A cluster of our own goes with all that is in it.`

/** Before the function app is removed: has it left something in a cluster that stays? */
export const hook: Hook = {
  help,
  options: {
    'role-wait': { type: 'string', default: '0' },
    'retry-every': { type: 'string', default: '10' },
  },
  async run({ tools, environment, options }) {
    const existing = existingClusterOf(environment)
    if (existing === undefined) return true
    const patience = {
      roleWaitMs: millisecondsOf(options, 'role-wait'),
      everyMs: millisecondsOf(options, 'retry-every'),
    }
    const { stdout } = await withKubeconfig({ tools, environment, given: undefined }, (kubeconfig) => {
      const kubectl = createKubectl(tools, kubeconfig, patience)
      return kubectl([
        'get',
        'clusterrolebinding',
        'aks-scale-to-zero-functions',
        '--ignore-not-found',
        '--output',
        'name',
      ])
    })
    if (stdout.trim() === '') return true
    throw new HookError(
      `${existing.name} stays, with workloads that may sleep and objects of this system in it. Wake and remove them first, from a machine that reaches the cluster`,
      'npm run kubernetes:remove -- --yes',
    )
  },
}
