/** Who lets a request in. */
export interface Guards {
  /** The Functions host, by one of its keys. It guards everything but what is open. */
  functionKey: boolean
  /** This API, by a key of its settings. It guards what is under `/api/v1`. */
  bearer: boolean
  /** This API, by an identity of Microsoft Entra ID. It guards the same, and no key is needed then. */
  identity: boolean
}

const openPaths = new Set(['/health', '/ready', '/', '/page/{file}'])

/** Whether a path must work without any key, since a probe asks for it, or a browser that has none yet. It tells no data. */
export const isOpen = (path: string): boolean => openPaths.has(path)

/** The ways to sign a request, as OpenAPI describes them. */
export const securitySchemes = {
  functionKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-functions-key',
    description: 'A key of the function app.',
  },
  functionKeyInQuery: { type: 'apiKey', in: 'query', name: 'code', description: 'The same key, in the address.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'One of `API_KEYS`, or `API_KEY`.' },
  identity: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of Microsoft Entra ID for the app registration of this service. A browser that has signed in needs none.',
  },
} as const

type Scheme = keyof typeof securitySchemes

/** The schemes of which a request for a path needs one, each with what must come with it. Empty when it needs no key. */
export function securityOf(
  path: string,
  { functionKey, bearer, identity }: Guards,
): Partial<Record<Scheme, string[]>>[] {
  if (isOpen(path)) return []
  if (identity) return path.startsWith('/api/v1/') ? [{ identity: [] }] : []
  const ofApi = bearer && path.startsWith('/api/v1/') ? { bearer: [] } : undefined
  if (functionKey)
    return [
      { functionKey: [], ...ofApi },
      { functionKeyInQuery: [], ...ofApi },
    ]
  return ofApi ? [ofApi] : []
}
