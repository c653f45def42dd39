import { HookError } from '../run/hookError.ts'
import { error, type Finding } from './finding.ts'
import type { Preflight } from './preflight.ts'

/**
 * The resource providers of all that the templates make. Microsoft.App is that of the function app's subnet: without it
 * the deployment ends in an InternalServerError that does not name it.
 */
export const resourceProviders = [
  'Microsoft.App',
  'Microsoft.Authorization',
  'Microsoft.Compute',
  'Microsoft.ContainerRegistry',
  'Microsoft.ContainerService',
  'Microsoft.Insights',
  'Microsoft.KeyVault',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Resources',
  'Microsoft.Storage',
  'Microsoft.Web',
]

interface Provider {
  namespace: string
  registrationState: string
}

/** Registers the resource providers that are not. @returns those that could not be registered */
export async function checkProviders({ tools, subscription }: Preflight): Promise<Finding[]> {
  const known = await tools.az<Provider[]>`provider list --subscription ${subscription}`
  const states = new Map(
    known.map(({ namespace, registrationState }) => [namespace.toLowerCase(), registrationState.toLowerCase()]),
  )
  const missing = resourceProviders.filter((name) => states.get(name.toLowerCase()) !== 'registered')
  const findings = await Promise.all(
    missing.map(async (name) => {
      tools.say(`Registering the resource provider ${name} ...`)
      try {
        await tools.az`provider register --namespace ${name} --subscription ${subscription} --wait`
        return []
      } catch (failure) {
        if (!(failure instanceof HookError)) throw failure
        const fix = `az provider register --namespace ${name} --subscription ${subscription} --wait`
        return [error(`The resource provider ${name} is not registered. ${failure.message}`, fix)]
      }
    }),
  )
  return findings.flat()
}
