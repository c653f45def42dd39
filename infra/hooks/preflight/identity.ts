import { error, type Finding } from './finding.ts'
import type { Preflight } from './preflight.ts'

/**
 * Whether az and azd are signed in as the same. The templates give rights in the cluster to who uses azd, and the hooks use
 * them as who uses az.
 */
export async function checkIdentity({ tools, environment, subscription, user }: Preflight): Promise<Finding[]> {
  const deployer = environment.get('AZURE_PRINCIPAL_ID')
  if (deployer === '') return []
  const { accessToken } = await tools.az<{
    accessToken: string
  }>`account get-access-token --subscription ${subscription}`
  const objectId = objectIdOf(accessToken)
  if (objectId === undefined || objectId === deployer) return []
  return [
    error(
      `The Azure CLI is signed in as ${user} (${objectId}), and azd as another one (${deployer}), who gets the rights in the cluster`,
      `azd config set auth.useAzCliAuth true && azd env set AZURE_PRINCIPAL_ID ${objectId}`,
    ),
  ]
}

/** The object id within a token of Entra ID; undefined where it cannot be read. */
export function objectIdOf(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.')
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { oid?: string }).oid
  } catch {
    return undefined
  }
}
