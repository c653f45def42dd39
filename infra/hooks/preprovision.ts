import { checkExistingCluster, existingPoolsOf } from './preflight/cluster.ts'
import { describeFindings, error, type Finding } from './preflight/finding.ts'
import { checkIdentity } from './preflight/identity.ts'
import { checkInstalledTools } from './preflight/installedTools.ts'
import { checkMachines } from './preflight/machines.ts'
import { readParameters } from './preflight/parameters.ts'
import { existingClusterOf, type Preflight } from './preflight/preflight.ts'
import { checkProviders } from './preflight/providers.ts'
import { checkRegion } from './preflight/region.ts'
import { checkRights } from './preflight/rights.ts'
import type { Environment } from './run/environment.ts'
import { HookError } from './run/hookError.ts'
import type { Hook, HookContext } from './run/runHook.ts'

const help = `npm run preflight

Looks what a deployment of this azd environment lacks: tools, a sign-in, rights, resource providers, and what the region
offers: the plan of the function app, versions, machine sizes and quota. It names all that is wrong at once, each with the
command that fixes it. It registers the resource providers that are not registered, and changes nothing else in Azure.

It also tells azd which node pools exist, so that a later provision leaves their nodes alone.

  --help    this text

azd provision and azd up run it first. The exit code is 1 when something makes the deployment fail.`

/** Before anything is deployed: what is missing for it. */
export const hook: Hook = {
  help,
  options: {},
  async run(context) {
    const { tools, environment } = context
    const missing = await checkInstalledTools(tools)
    // Without az nothing can be asked.
    const findings = [
      ...missing,
      ...(missing.some(({ what }) => what.startsWith('az ')) ? [] : await findingsOf(context)),
    ]
    for (const line of describeFindings(findings)) tools.say(line)
    if (findings.some(({ severity }) => severity === 'error')) return false
    tools.say(`✓ ${environment.get('AZURE_ENV_NAME')} can be deployed to ${environment.get('AZURE_LOCATION')}`)
    return true
  },
}

/** Everything that Azure answers. Where one answer cannot be had, that is a finding of its own, beside the others. */
async function findingsOf(context: HookContext): Promise<Finding[]> {
  const { tools, environment } = context
  const given = await settled(() => whereOf(environment), 'npm run preflight')
  if (given.value === undefined) return given.findings
  const { subscription, location } = given.value
  const account = await settled(() => tools.az<Account>`account show --subscription ${subscription}`, 'az login')
  if (account.value === undefined) return account.findings
  const { user } = account.value
  const preflight: Preflight = {
    tools,
    environment,
    parameters: readParameters(environment),
    subscription,
    location,
    user: user.name,
  }
  const pools = await settled(() => existingPoolsOf(preflight), 'az aks list')
  const checks = [
    checkProviders,
    checkRights,
    checkRegion,
    checkExistingCluster,
    () => checkMachines(preflight, pools.value ?? []),
    () => checkIdentity(preflight),
    () => remember(preflight, valuesFor(user, pools.value)),
  ]
  const checked = await Promise.all(checks.map((check) => settled(() => check(preflight), 'npm run preflight')))
  return [...pools.findings, ...checked.flatMap(({ value = [], findings }) => [...value, ...findings])]
}

/** Where to deploy. azd up asks for both before this hook runs, and azd provision after it. */
function whereOf(environment: Environment): { subscription: string; location: string } {
  existingClusterOf(environment)
  const names = ['AZURE_SUBSCRIPTION_ID', 'AZURE_LOCATION'].filter((name) => environment.get(name) === '')
  if (names.length > 0) {
    throw new HookError(
      `The azd environment has no ${names.join(' and no ')}`,
      names.map((name) => `azd env set ${name} <value>`).join(' && '),
    )
  }
  return { subscription: environment.get('AZURE_SUBSCRIPTION_ID'), location: environment.get('AZURE_LOCATION') }
}

interface Account {
  user: { name: string; type?: string }
}

/**
 * What azd is to hand to the templates. A pool that exists keeps the nodes that it has: they name no count for it. The
 * deployer's role says whether it is a person or the identity of a pipeline.
 */
function valuesFor(user: Account['user'], pools: string[] | undefined): Record<string, string> {
  const type = { AZURE_PRINCIPAL_TYPE: user.type === 'servicePrincipal' ? 'ServicePrincipal' : 'User' }
  return pools === undefined ? type : { ...type, AZURE_EXISTING_NODE_POOLS: pools.join(',') }
}

async function remember({ tools }: Preflight, values: Record<string, string>): Promise<Finding[]> {
  const findings: Finding[] = []
  // One after the other: each writes the same file.
  for (const [name, value] of Object.entries(values)) {
    const { code, stderr } = await tools.run(['azd', 'env', 'set', name, value])
    if (code === 0) continue
    findings.push(error(`azd does not take a value: ${stderr.trim()}`, `azd env set ${name} "${value}"`))
  }
  return findings
}

/** The value, or the failure as a finding, so that one answer that cannot be had does not hide the others. */
async function settled<Value>(
  ask: () => Value | Promise<Value>,
  fix: string,
): Promise<{ value?: Value; findings: Finding[] }> {
  try {
    return { value: await ask(), findings: [] }
  } catch (failure) {
    if (!(failure instanceof HookError)) throw failure
    return { findings: [error(failure.message, failure.fix ?? fix)] }
  }
}
