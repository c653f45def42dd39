import type { AccessToken, TokenCredential } from '@azure/identity'
import { type Credential, createCredential } from './credential.ts'
import { identityFailure } from './failures.ts'
import type { IdentitySettings } from './settings.ts'

/** Gets a token of the identity of this service. @throws ScalingError and nothing else */
export type SignIn = (get: (credential: Credential) => Promise<AccessToken | null>) => Promise<AccessToken>

/** Signs in when the first token is asked for. A token that does not come within the time limit is a failure. */
export function createSignIn(settings: IdentitySettings): SignIn {
  let credential: Promise<Credential> | undefined
  return async (get) => {
    credential ??= createCredential(settings)
    try {
      const token = await inTime(credential.then(get), settings.timeoutMs)
      if (token === null) throw new Error('no token')
      return token
    } catch (error) {
      throw identityFailure(error, settings)
    }
  }
}

/** The identity of this service, for a library that asks for tokens itself. */
export function createTokenCredential(settings: IdentitySettings): TokenCredential {
  const signIn = createSignIn(settings)
  return { getToken: (scopes, options) => signIn((credential) => credential.getToken(scopes, options)) }
}

/** The getToken of the libraries ignores its signal, and their retries can take a quarter of a minute. */
async function inTime<Thing>(thing: Promise<Thing>, timeoutMs: number): Promise<Thing> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
  })
  try {
    return await Promise.race([thing, late])
  } finally {
    clearTimeout(timer)
  }
}
