import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { loadAllYaml } from '@kubernetes/client-node'

interface RbacObject {
  kind: string
  metadata: { name: string; namespace?: string }
  rules?: object[]
  roleRef?: { kind: string; name: string }
  subjects?: { kind: string; name: string }[]
}

const objectsOf = (path: string) =>
  loadAllYaml(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')) as RbacObject[]

const functions = objectsOf('infra/manifests/function-rbac.yaml')
const scaleApi = objectsOf('scale-api/manifests/rbac.yaml')

/** Where which rights are granted, whatever the names are. */
const grants = (objects: RbacObject[]) =>
  objects.flatMap(({ kind, metadata, rules }) => (rules ? [{ kind, namespace: metadata.namespace, rules }] : []))

test('the function app has exactly the rights of the in-cluster host', () => {
  expect(grants(functions)).toEqual(grants(scaleApi))
})

test('each of its roles is bound to the one user whose object id a person fills in', () => {
  const roles = functions.filter(({ rules }) => rules)
  const bindings = functions.filter(({ roleRef }) => roleRef)
  expect(bindings.map(({ roleRef }) => roleRef?.name)).toEqual(roles.map(({ metadata }) => metadata.name))
  for (const { subjects } of bindings) {
    expect(subjects).toMatchObject([{ kind: 'User', name: '00000000-0000-0000-0000-000000000000' }])
  }
})

test('it shares no object with the in-cluster host, so that either can be removed', () => {
  const namesOf = (objects: RbacObject[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  expect(namesOf(functions).filter((name) => namesOf(scaleApi).includes(name))).toEqual([])
})
