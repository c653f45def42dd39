/** A claim of a token: its type and its value. */
export type Claim = readonly [typ: string, val: string]

/** The headers in which App Service authentication tells who has signed in. */
export function principalHeaders(
  claims: Claim[],
  { name = 'alice@example.com', provider = 'aad' }: { name?: string; provider?: string } = {},
) {
  const principal = {
    auth_typ: provider,
    claims: claims.map(([typ, val]) => ({ typ, val })),
    name_typ: '',
    role_typ: '',
  }
  return {
    'x-ms-client-principal-name': name,
    'x-ms-client-principal-idp': provider,
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
  }
}
