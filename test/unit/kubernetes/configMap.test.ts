import { expect, test } from '@jest/globals'
import { embeddedForEach } from './embeddedFor.ts'

const ref = { namespace: 'project-a', name: 'aks-scale-to-zero-history' }

const at = embeddedForEach()

const write = (data: Record<string, string>, resourceVersion?: string) =>
  at.client.cluster.applyConfigMap(ref, { data, resourceVersion })
const read = () => at.client.cluster.getConfigMap(ref)
const isChanged = { code: 'workload-changed' }

test('there is none until somebody writes it, and then what was written last', async () => {
  expect(await read()).toBeUndefined()
  await write({ a: 'one', b: 'two' })
  const first = await read()
  expect(first?.data).toEqual({ a: 'one', b: 'two' })
  await write({ a: 'three' }, first?.resourceVersion)
  expect((await read())?.data).toEqual({ a: 'three' })
})

test('of two who create it at once, the second hears of the first', async () => {
  await write({ a: 'one' })
  await expect(write({ a: 'two' })).rejects.toMatchObject(isChanged)
  expect((await read())?.data).toEqual({ a: 'one' })
})

test('a write that rests on an old version changes nothing', async () => {
  await write({ a: 'one' })
  const old = await read()
  await write({ a: 'two' }, old?.resourceVersion)
  await expect(write({ a: 'three' }, old?.resourceVersion)).rejects.toMatchObject(isChanged)
  expect((await read())?.data).toEqual({ a: 'two' })
})

test('what is no text in it counts for nothing', async () => {
  await write({ a: 'one' })
  const body = JSON.stringify({ data: { a: 'one', b: null } })
  await fetch(`${at.embedded.url}/api/v1/namespaces/project-a/configmaps/${ref.name}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body,
  })
  expect((await read())?.data).toEqual({ a: 'one' })
})
