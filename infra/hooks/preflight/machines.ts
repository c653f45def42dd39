import { error, type Finding, warning } from './finding.ts'
import { existingClusterOf, type Preflight } from './preflight.ts'
import { type ProjectPool, readProjectPools } from './projects.ts'

/** A size of virtual machines, as `az vm list-skus` describes it. */
export interface Sku {
  name: string
  family?: string
  restrictions?: { type?: string; reasonCode?: string }[] | null
  capabilities?: { name: string; value: string }[] | null
}

/** How many of something are used, and may be. `az vm list-usage` writes the numbers as texts. */
export interface Usage {
  name: { value: string; localizedValue?: string }
  currentValue: number | string
  limit: number | string
}

/** The nodes that a deployment starts or may start later. */
export interface Demand {
  /** The system pool starts at once; that of a project begins at 0. */
  kind: 'system' | 'project'
  /** The pool, for messages. */
  pool: string
  vmSize: string
  nodes: number
  /** Whether the pool is there already, so that the region offers its size, and what it uses counts as used. */
  exists: boolean
}

/** Whether the region offers the machines of each pool, and whether the quota is enough for them. */
export async function checkMachines(preflight: Preflight, existingPools: string[]): Promise<Finding[]> {
  const { tools, subscription, location, parameters, environment } = preflight
  if (existingClusterOf(environment)) return []
  const pools = readProjectPools({ withGpu: parameters('WITH_GPU') === 'true' })
  const system = { vmSize: parameters('SYSTEM_VM_SIZE'), nodes: Number(parameters('SYSTEM_NODE_COUNT')) }
  const [skus, usages] = await Promise.all([
    tools.az<
      Sku[]
    >`vm list-skus --location ${location} --resource-type virtualMachines --all --subscription ${subscription}`,
    tools.az<Usage[]>`vm list-usage --location ${location} --subscription ${subscription}`,
  ])
  const demands: Demand[] = [
    { kind: 'system', pool: 'system', ...system, exists: existingPools.length > 0 },
    ...pools.map(
      ({ name, vmSize, max }: ProjectPool): Demand => ({
        kind: 'project',
        pool: name,
        vmSize,
        nodes: max,
        exists: existingPools.includes(name),
      }),
    ),
  ]
  return judgeMachines(demands, { skus, usages, location, subscription })
}

interface Offer {
  skus: Sku[]
  usages: Usage[]
  location: string
  subscription: string
}

/**
 * What is missing for these nodes. A size that is not offered makes the deployment fail. Too little quota makes it fail
 * for the system pool only: a project's pool begins with 0 nodes, and its project fails to wake.
 */
export function judgeMachines(demands: Demand[], { skus, usages, location, subscription }: Offer): Finding[] {
  const usageOf = (name: string) => usages.find(({ name: { value } }) => value.toLowerCase() === name.toLowerCase())
  // What the system pool takes is gone for the pools of the same family.
  const taken = new Map<string, number>()

  return demands.flatMap((demand) => {
    const { kind, pool, vmSize, nodes, exists } = demand
    const sku = skus.find(({ name }) => name.toLowerCase() === vmSize.toLowerCase())
    const refused = sku?.restrictions?.find(({ type }) => type?.toLowerCase() === 'location')
    if (sku === undefined || refused !== undefined) {
      if (exists) return []
      const why =
        refused === undefined ? 'does not offer it' : `does not give it to this subscription (${refused.reasonCode})`
      const change =
        kind === 'system'
          ? 'azd env set SYSTEM_VM_SIZE <another size>'
          : `infra/projects.json: another vmSize for pool ${pool}`
      return [
        error(
          `Pool ${pool} needs ${vmSize}, but ${location} ${why}`,
          `${change}, or azd env set AZURE_LOCATION <another region>`,
        ),
      ]
    }
    const cores = Number(sku.capabilities?.find(({ name }) => name === 'vCPUs')?.value ?? 0)
    const findings = [sku.family ?? '', 'cores'].flatMap((name) => {
      const usage = usageOf(name)
      if (usage === undefined) return []
      // The nodes of a pool that exists may be among those in use.
      const used = (exists ? 0 : Number(usage.currentValue)) + (taken.get(name) ?? 0)
      const free = Number(usage.limit) - used
      const possible = Math.floor(free / cores)
      if (kind === 'system' && !exists) taken.set(name, (taken.get(name) ?? 0) + nodes * cores)
      if (possible >= nodes || (kind === 'system' && exists)) return []
      const label = usage.name.localizedValue ?? usage.name.value
      const of = `${label}: ${usage.limit} vCPU, ${usage.currentValue} in use`
      const fix = `https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas: ask for ${label} in ${location}, subscription ${subscription}`
      if (kind === 'system') {
        return [error(`The system pool needs ${nodes * cores} vCPU, and there is no quota for them (${of})`, fix)]
      }
      const effect =
        possible < 1
          ? `cannot wake: it needs ${cores} vCPU for one node`
          : `gets ${possible} of its ${nodes} nodes at most, of ${cores} vCPU each`
      return [warning(`Pool ${pool} is created, but its project ${effect} (${of})`, fix)]
    })
    return findings
  })
}
