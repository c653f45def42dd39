import { type KubeObject, valueAt } from './objects.ts'
import type { Resource } from './resources.ts'
import { badRequest } from './statusError.ts'

export type Predicate = (object: KubeObject) => boolean

/** Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`. @throws 400 */
export function labelSelector(text: string): Predicate {
  const requirements = split(text).map(labelRequirement)
  return ({ metadata: { labels = {} } }) => requirements.every((holds) => holds(labels))
}

/** Reads `metadata.name=x,status.phase!=Running`, for the fields that `resource` allows. @throws 400 */
export function fieldSelector(text: string, resource: Resource): Predicate {
  const allowed = ['metadata.name', ...(resource.namespaced ? ['metadata.namespace'] : []), ...(resource.fields ?? [])]
  const requirements = split(text).map((part) => {
    const [, field = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? []
    if (!operator) throw badRequest(`Unable to find "${resource.version}" that match field selector "${part}"`)
    if (!allowed.includes(field)) throw badRequest(`field label not supported: ${field}`)
    return (object: KubeObject) => (String(valueAt(object, field) ?? '') === value) !== (operator === '!=')
  })
  return (object) => requirements.every((holds) => holds(object))
}

/** At commas, but not at those within parentheses. */
const split = (text: string): string[] =>
  text.trim() === '' ? [] : text.split(/,(?![^(]*\))/).map((part) => part.trim())

const key = /(?:[\w.-]+\/)?[\w.-]+/.source
const setBased = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)
const equality = new RegExp(`^(${key})\\s*(==|=|!=)\\s*([\\w.-]*)$`)
const existence = new RegExp(`^(!?)\\s*(${key})$`)

function labelRequirement(part: string): (labels: Record<string, string>) => boolean {
  const [, name = '', operator = '', value = ''] = setBased.exec(part) ?? equality.exec(part) ?? []
  if (operator) {
    const values = operator.endsWith('in') ? value.split(',').map((each) => each.trim()) : [value]
    const negated = operator === 'notin' || operator === '!='
    // As in the real server, `!=` and `notin` hold for an object that has no such label.
    return (labels) => values.includes(labels[name] as string) !== negated
  }
  const [, not, present] = existence.exec(part) ?? []
  if (!present)
    throw badRequest(`unable to parse requirement: found '${part}', expected: !, identifier, or 'end of string'`)
  return (labels) => Object.hasOwn(labels, present) !== (not === '!')
}
