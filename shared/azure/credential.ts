import type { AccessToken, TokenCredential } from '@azure/identity'
import type { IdentitySettings } from './settings.ts'

/** A token credential that can bypass its cache. */
export interface Credential extends TokenCredential {
  /** A new token, for when the last one was refused. */
  renew(scope: string): Promise<AccessToken | null>
}

/** Signs this service in. The libraries are loaded only here, because they take a third of a cold start. */
export async function createCredential({ credential, clientId }: IdentitySettings): Promise<Credential> {
  const identity = await import('./azureIdentity.ts')
  if (credential === 'managed-identity') return managedIdentity(identity, clientId)
  const developer =
    credential === 'azure-cli' ? new identity.AzureCliCredential() : new identity.DefaultAzureCredential()
  // These ask again each time, or keep a cache that cannot be bypassed.
  return withRenew(developer, (scope) => developer.getToken(scope))
}

type Identity = typeof import('./azureIdentity.ts')

function managedIdentity(identity: Identity, clientId: string | undefined): Credential {
  const credential = new identity.ManagedIdentityCredential(clientId === undefined ? {} : { clientId })
  return withRenew(credential, async (scope) => {
    // ManagedIdentityCredential cannot bypass its cache. The library below it can, and both share that cache.
    const application = new identity.ManagedIdentityApplication({
      managedIdentityIdParams: clientId === undefined ? {} : { userAssignedClientId: clientId },
    })
    const result = await application.acquireToken({ resource: scope, forceRefresh: true })
    return { token: result.accessToken, expiresOnTimestamp: result.expiresOn?.getTime() ?? 0 }
  })
}

const withRenew = (credential: TokenCredential, renew: Credential['renew']): Credential => ({
  getToken: (scopes, options) => credential.getToken(scopes, options),
  renew,
})
