import { expect, test } from '@jest/globals'
import { forgetKeys, headersOf, keepKeys, keyInAddress, readKeys, type Store } from '../../../page/api/keys.ts'

function storeOf(): Store & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  }
}

test('keys are read back as they were kept, and are gone when they are forgotten', () => {
  const store = storeOf()
  keepKeys(store, { functionKey: 'f', apiKey: 'a' })
  expect(readKeys(store)).toEqual({ functionKey: 'f', apiKey: 'a' })
  forgetKeys(store)
  expect([readKeys(store), store.kept.size]).toEqual([{}, 0])
})

test.each(['{', 'null', '[]', '{"apiKey":1}'])('what somebody else has stored, %p, is no key', (text) => {
  const store = storeOf()
  store.setItem('keys', text)
  expect(readKeys(store)).toEqual({})
})

test('each key has the header that its host reads', () =>
  expect(headersOf({ functionKey: 'f', apiKey: 'a' })).toEqual({ 'x-functions-key': 'f', authorization: 'Bearer a' }))

test.each([
  ['http://h/?code=k', 'k', 'http://h/'],
  ['http://h/scale/?lang=ja&Code=k%2B#/projects/a', 'k+', 'http://h/scale/?lang=ja#/projects/a'],
  ['http://h/?code=k&CODE=l', 'k', 'http://h/'],
])('the key of %p is %p, and the address becomes %p', (address, functionKey, rest) =>
  expect(keyInAddress(address)).toEqual({ functionKey, rest }),
)

test.each(['http://h/', 'http://h/?code=', 'http://h/#/?code=k'])('%p brings no key', (address) =>
  expect(keyInAddress(address)).toBeUndefined(),
)
