import type { RegisteredFunction } from './coreTypes.ts'
import { HostError } from './hostError.ts'

export type AuthLevel = 'anonymous' | 'function' | 'admin'

/** An HTTP function as the router sees it. */
export interface Route {
  name: string
  /** The path with `{parameters}` and no slash at either end; the function's name when it has none or an empty one. */
  template: string
  /** Upper case. */
  methods: string[]
  authLevel: AuthLevel
  handler: RegisteredFunction
}

interface Match {
  route: Route
  /** Decoded, except that `%2F` stays as it is, because a slash inside a parameter would make a different path. */
  params: Record<string, string>
}

type Segment = { kind: 'literal' | 'parameter' | 'optional' | 'rest'; text: string }

/**
 * Finds the first route, in the alphabetical order of the functions' names, that has the path and the method. When
 * there is none, the answer is 404, as in Azure.
 */
export type FindRoute = (method: string, pathname: string) => Match | undefined

/** @throws HostError when this host does not know a template's syntax, or two functions answer the same requests. */
export function createRouter(routes: Route[]): FindRoute {
  const parsed = routes.toSorted(byName).map((route) => ({ route, segments: parseTemplate(route) }))
  refuseDuplicates(parsed)

  return (method, pathname) => {
    const path = pathname.split('/').filter((segment) => segment !== '')
    for (const { route, segments } of parsed) {
      if (!route.methods.includes(method)) continue
      const params = match(segments, path)
      if (params) return { route, params }
    }
    return undefined
  }
}

function parseTemplate({ name, template }: Route): Segment[] {
  const segments = template.split('/').filter((segment) => segment !== '')
  return segments.map((segment, index) => {
    if (!/[{}]/.test(segment)) return { kind: 'literal', text: segment.toLowerCase() }
    const found = /^\{(?<rest>\*{0,2})(?<text>[A-Za-z_]\w*)(?<optional>\??)\}$/.exec(segment)?.groups
    if (!found?.text || (found.rest && index < segments.length - 1)) {
      throw new HostError(`The route "${template}" of function ${name} has "${segment}", which this host cannot match.`)
    }
    const kind = found.rest ? 'rest' : found.optional ? 'optional' : 'parameter'
    return { kind, text: found.text }
  })
}

// The order of the real host, however general the first route is.
const byName = (a: Route, b: Route): number => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)

function refuseDuplicates(parsed: { route: Route; segments: Segment[] }[]): void {
  const seen = new Map<string, string>()
  for (const { route, segments } of parsed) {
    const shape = segments.map(({ kind, text }) => (kind === 'literal' ? text : `{${kind}}`)).join('/')
    for (const method of route.methods) {
      const other = seen.get(`${method} ${shape}`)
      if (other) throw new HostError(`Functions ${other} and ${route.name} both answer ${method} /${route.template}.`)
      seen.set(`${method} ${shape}`, route.name)
    }
  }
}

function match(segments: Segment[], path: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, { kind, text }] of segments.entries()) {
    const given = path[index]
    if (kind === 'rest') {
      params[text] = path.slice(index).map(decode).join('/')
      return params
    }
    if (given === undefined) {
      if (kind !== 'optional') return undefined
    } else if (kind !== 'literal') params[text] = decode(given)
    // Literals are case-insensitive in ASP.NET Core.
    else if (decode(given).toLowerCase() !== text) return undefined
  }
  return path.length > segments.length ? undefined : params
}

function decode(segment: string): string {
  try {
    return segment
      .split(/(%2f)/i)
      .map((part, index) => (index % 2 ? part : decodeURIComponent(part)))
      .join('')
  } catch {
    // Not valid percent-encoding: the real host leaves it as it is, too.
    return segment
  }
}
