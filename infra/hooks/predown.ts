import { existingClusterOf } from './preflight/preflight.ts'
import { HookError } from './run/hookError.ts'
import type { Hook } from './run/runHook.ts'

const help = `node infra/hooks/main.mjs predown

Refuses azd down with a cluster that was there before: the deployment has written role assignments into the resource group
of that cluster, and azd may delete each group that it has written into. A cluster of our own goes with all that is in it.`

/** Before azd deletes resource groups: may it do that by itself? */
export const hook: Hook = {
  help,
  options: {},
  async run({ environment }) {
    const existing = existingClusterOf(environment)
    if (existing === undefined) return true
    throw new HookError(
      `azd down may delete the resource group ${existing.resourceGroup} with the cluster ${existing.name}, which was there before. ` +
        'Remove this system by hand, in this order: its objects in the cluster (what sleeps is woken first), its roles, its own group',
      [
        'npm run kubernetes:remove -- --yes',
        `az role assignment delete --assignee-object-id "${environment.get('FUNCTION_APP_OBJECT_ID')}" --scope "${existing.id}"`,
        `az group delete --name ${environment.get('AZURE_RESOURCE_GROUP')}`,
      ].join('\n    '),
    )
  },
}
