import { type Resource, resources } from './resources.ts'

/** What a path of the resource API names. */
export interface Target {
  resource: Resource
  namespace?: string
  name?: string
  subresource?: 'status' | 'scale'
}

/** Reads `/apis/apps/v1/namespaces/project-a/deployments/x/scale`; undefined when nothing is served there. */
export function target(path: string): Target | undefined {
  const [root, ...rest] = path.slice(1).split('/').map(decodeSegment)
  const group = root === 'apis' ? rest.shift() : ''
  const version = rest.shift()
  const find = (plural: string | undefined) =>
    resources.find((row) => row.group === group && row.version === version && row.plural === plural)
  if (root !== 'api' && root !== 'apis') return undefined
  // `namespaces/x/status` is the namespace's own; `namespaces/x/pods` is what is in it.
  const isScoped = rest[0] === 'namespaces' && find(rest[2])?.namespaced
  const [plural, name, subresource, ...more] = isScoped ? rest.slice(2) : rest
  const resource = find(plural)
  if (!resource || more.length > 0 || rest.includes('') || (name && resource.namespaced && !isScoped)) return undefined
  const found = { resource, ...(isScoped && { namespace: rest[1] as string }), ...(name && { name }) }
  if (subresource === undefined) return found
  if (subresource === 'status' && resource.hasStatus) return { ...found, subresource }
  if (subresource === 'scale' && resource.scalable) return { ...found, subresource }
  return undefined
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
