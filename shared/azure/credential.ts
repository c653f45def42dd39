import type { AccessToken, TokenCredential } from '@azure/identity'
import type { AksSettings } from './settings.ts'

/** A token credential that can be told not to answer from its cache. */
export interface Credential extends TokenCredential {
  /** A token that was issued just now, for when the one before was refused. */
  renew(scope: string): Promise<AccessToken | null>
}

/** How this service signs in. The libraries are loaded here and not before: they cost a cold start a third of its time. */
export async function createCredential({ credential, clientId }: AksSettings): Promise<Credential> {
  const identity = await import('./azureIdentity.ts')
  if (credential === 'managed-identity') return managedIdentity(identity, clientId)
  const developer =
    credential === 'azure-cli' ? new identity.AzureCliCredential() : new identity.DefaultAzureCredential()
  // These ask anew each time, or keep a cache that cannot be passed by.
  return withRenew(developer, (scope) => developer.getToken(scope))
}

type Identity = typeof import('./azureIdentity.ts')

function managedIdentity(identity: Identity, clientId: string | undefined): Credential {
  const credential = new identity.ManagedIdentityCredential(clientId === undefined ? {} : { clientId })
  return withRenew(credential, async (scope) => {
    // ManagedIdentityCredential cannot pass by its cache, the library below it can, and both share that cache.
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
