import { groupOf, type Resource, rootOf } from './resources.ts'

/** Answers the requests by which kubectl learns which resources there are; undefined for every other path. */
export function discovery(path: string, resources: readonly Resource[]): object | undefined {
  const served = Map.groupBy(resources, ({ apiVersion }) => apiVersion)
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'embedded' }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') {
    const groups = [...served.keys()].filter((apiVersion) => apiVersion !== 'v1').map(describeGroup)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups }
  }
  const groupVersion = [...served.keys()].find((apiVersion) => path === rootOf(apiVersion))
  if (!groupVersion) return undefined
  const rows = served.get(groupVersion)?.flatMap(describeResource)
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: rows }
}

function describeGroup(apiVersion: string) {
  const version = { groupVersion: apiVersion, version: apiVersion.split('/')[1] }
  return { name: groupOf({ apiVersion }), versions: [version], preferredVersion: version }
}

function describeResource({ plural, kind, clusterScoped, shortName, scalable }: Resource): object[] {
  const namespaced = !clusterScoped
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'watch']
  const own = { name: plural, singularName: kind.toLowerCase(), namespaced, kind, shortNames: [shortName], verbs }
  const scale = { name: `${plural}/scale`, singularName: '', namespaced, kind: 'Scale', verbs: ['get', 'patch'] }
  return scalable ? [own, { ...scale, group: 'autoscaling', version: 'v1' }] : [own]
}
