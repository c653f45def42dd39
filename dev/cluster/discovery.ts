import { apiVersionOf, resources } from './resources.ts'
import { noSuchResource } from './statusError.ts'

const version = { major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'embedded', goVersion: 'none' }

/**
 * What is served outside of the resources: JSON, or a text; undefined for a path that is not one of these.
 * @throws 404 within a group that is served
 */
export function discovery(path: string): object | string | undefined {
  if (['/readyz', '/livez', '/healthz'].includes(path)) return 'ok'
  if (path === '/version') return version
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  const groups = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '').map(describeGroup)
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups }
  const group = groups.find(({ name }) => path === `/apis/${name}`)
  if (group) return { kind: 'APIGroup', apiVersion: 'v1', ...group }
  const groupVersion = /^\/apis?\/(.+)$/.exec(path)?.[1]
  const served = resources.filter(
    (row) => apiVersionOf(row) === groupVersion && path.startsWith(row.group ? '/apis' : '/api/'),
  )
  const isWithin = resources.some((row) => path.startsWith(`${row.group ? '/apis' : '/api'}/${apiVersionOf(row)}/`))
  if (isWithin) throw noSuchResource()
  if (served.length === 0) return undefined
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: served.flatMap(describeResource) }
}

function describeGroup(name: string) {
  const versions = [...new Set(resources.filter(({ group }) => group === name).map((row) => row.version))]
  const described = versions.map((each) => ({ groupVersion: `${name}/${each}`, version: each }))
  return { name, versions: described, preferredVersion: described[0] }
}

function describeResource(row: (typeof resources)[number]): object[] {
  const { plural, kind, namespaced, shortNames, categories, hasStatus, scalable } = row
  const singularName = kind.toLowerCase()
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
  const sub = { singularName: '', namespaced, verbs: ['get', 'patch', 'update'] }
  return [
    {
      name: plural,
      singularName,
      namespaced,
      kind,
      verbs,
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
    },
    ...(hasStatus ? [{ ...sub, name: `${plural}/status`, kind }] : []),
    ...(scalable ? [{ ...sub, name: `${plural}/scale`, kind: 'Scale', group: 'autoscaling', version: 'v1' }] : []),
  ]
}
