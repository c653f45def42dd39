import { loadAll } from 'js-yaml'
import { withCommentLines } from './markdown.ts'

/** The parts of a Role or ClusterRole that are read. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
interface Role {
  kind: string
  metadata: { name: string }
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[]
}

/** The verbs for each resource as `kubectl describe` prints them: one line for all rules about a resource. */
function rightsOf({ rules = [] }: Role): string[] {
  const granted = rules.flatMap(({ apiGroups: [group], resources, verbs }) =>
    resources.map((resource) => ({ name: group ? `${resource}.${group}` : resource, verbs })),
  )
  return [...Map.groupBy(granted, ({ name }) => name)].map(
    ([name, rights]) => `${name.padEnd(28)} [${rights.flatMap(({ verbs }) => verbs).join(' ')}]`,
  )
}

/** The text with the rights of each role in the manifest, below the command that describes the role. */
export function withRights(markdown: string, manifest: string): string {
  const roles = (loadAll(manifest) as Role[]).filter(({ rules }) => rules)
  return roles.reduce(
    (text, role) =>
      withCommentLines(text, `kubectl describe ${role.kind.toLowerCase()} ${role.metadata.name}`, rightsOf(role)),
    markdown,
  )
}
