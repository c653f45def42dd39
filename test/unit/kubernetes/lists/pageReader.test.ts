import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pageReader } from '../../../../shared/kubernetes/lists/pageReader.ts'

/** Reads a text that comes in pieces of these lengths, over and over. */
function read(text: string, lengths: number[] = [text.length * 4], maxBytes = 1e9) {
  const items: unknown[] = []
  const reader = pageReader({ onItem: (item) => void items.push(item), maxBytes })
  const bytes = Buffer.from(text)
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const end = at + (lengths[piece % lengths.length] as number)
    if (!reader.onData(bytes.subarray(at, end))) break
    at = end
  }
  return { page: reader.done(), items }
}

test('the items are those that JSON.parse finds, wherever the answer is cut and however it is written', () => {
  const list = fc.record({
    kind: fc.string(),
    metadata: fc.record({ continue: fc.string({ minLength: 1 }), items: fc.array(fc.jsonValue()) }),
    items: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
    more: fc.jsonValue(),
  })
  const indentations = fc.constantFrom('', '\t', '  ')
  const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 })
  fc.assert(
    fc.property(list, indentations, lengths, (value, indentation, pieces) => {
      const text = JSON.stringify(value, null, indentation)
      const { page, items } = read(text, pieces)
      expect(items).toEqual(JSON.parse(text).items)
      expect(page).toEqual({
        next: value.metadata.continue,
        items: value.items.length,
        bytes: Buffer.byteLength(text),
        isCut: false,
      })
    }),
  )
})

test('an item that seems to end within its strings does not', () => {
  const item = { metadata: { name: '}]"' }, 'a\\"]}': '\\', '夜\u2028': ['"', '\\"}'] }
  expect(read(JSON.stringify({ items: [item, {}, item] }), [1]).items).toEqual([item, {}, item])
})

test('the items of something else than the list are none of it', () => {
  const text = '{"metadata":{"items":[{"a":1}]},"x":"\\"items\\":[","not items":[{"b":2}],"items":[{"c":3}]}'
  expect(read(text, [3]).items).toEqual([{ c: 3 }])
})

test('a list that Go has never filled is empty', () => {
  expect(read('{"metadata":{"continue":""},"items":null}')).toMatchObject({ items: [], page: { next: undefined } })
})

test('a page that is too long is given up', () => {
  const text = JSON.stringify({ items: Array.from({ length: 100 }, (_, name) => ({ name })) })
  const { page, items } = read(text, [10], 500)
  expect(page).toMatchObject({ isCut: true, next: undefined, items: items.length })
  expect(items.length).toBeLessThan(60)
})

describe('an answer that is no list is refused:', () => {
  test.each([
    ['', 'what is not JSON'],
    ['<html>\n<h1>Sign in</h1>', 'what is not JSON: <html> <h1>Sign in</h1>'],
    ['{"items":[{}', 'what is not JSON'],
    ['null', 'what is no list: null'],
    ['[]', 'what is no list'],
    ['{"kind":"Status"}', 'what is no list: {"kind":"Status"}'],
    ['{"items":{}}', 'what is no list'],
    ['{"items":[1]}', 'a list with an item that is no object'],
    ['{"items":[{"a":}]}', 'a list with an item that cannot be read: {"a":}'],
  ])('%j is %s', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })

  test('one whose item, or whose rest, never ends', () => {
    expect(() => read(`{"items":[{"a":"${'x'.repeat(17e6)}`)).toThrow('what is far too long for a list')
    expect(() => read(' '.repeat(2e6))).toThrow('what is far too long for a list')
  })
})
