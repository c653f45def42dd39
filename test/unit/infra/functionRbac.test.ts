import { expect, test } from '@jest/globals'
import { objectsOf } from './manifests.ts'

interface RbacObject {
  kind: string
  metadata: { name: string; namespace?: string }
  rules?: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[]
  roleRef?: { kind: string; name: string }
  subjects?: { kind: string; name: string }[]
}

const functions = objectsOf<RbacObject>('infra/manifests/function-rbac.yaml')
const scaleApi = objectsOf<RbacObject>('scale-api/manifests/rbac.yaml')

/** Each right and where it is granted; the names of the roles do not matter. */
const rightsOf = (objects: RbacObject[]) =>
  objects.flatMap(({ kind, metadata: { namespace = '' }, rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.map((verb) => ({ kind, namespace, group, resource, resourceNames, verb })),
        ),
      ),
    ),
  )

test('the function app has the rights of the in-cluster host, and no others', () => {
  expect(new Set(rightsOf(functions))).toEqual(new Set(rightsOf(scaleApi)))
})

test('each of its roles is bound to the one user whose object id a person fills in', () => {
  const roles = functions.filter(({ rules }) => rules)
  const bindings = functions.filter(({ roleRef }) => roleRef)
  expect(bindings.map(({ roleRef }) => roleRef?.name)).toEqual(roles.map(({ metadata }) => metadata.name))
  for (const { subjects } of bindings) {
    expect(subjects).toMatchObject([{ kind: 'User', name: '00000000-0000-0000-0000-000000000000' }])
  }
})

test('the function app shares no object with the in-cluster host, so that either can be removed', () => {
  const namesOf = (objects: RbacObject[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  expect(namesOf(functions).filter((name) => namesOf(scaleApi).includes(name))).toEqual([])
})
