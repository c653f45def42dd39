import { describe, expect, test } from '@jest/globals'
import { applyJsonPatch, applyMergePatch } from '../../../../dev/cluster/patch.ts'

const object = { metadata: { annotations: { 'a/b': '1', '~': '2' } }, spec: { replicas: 2, list: [1, 2] } }
const change = (from: object, ...operations: object[]) => applyJsonPatch(from, operations)

describe('a JSON Patch', () => {
  test.each<[object, string]>([
    [{ op: 'test', path: '/spec/replicas', value: 2 }, 'the value is the same'],
    [{ op: 'test', path: '/metadata/annotations/a~1b', value: '1' }, '~1 stands for a slash'],
    [{ op: 'test', path: '/metadata/annotations/~0', value: '2' }, '~0 stands for a tilde'],
    [{ op: 'test', path: '/metadata/annotations/absent', value: null }, 'null means absent'],
    [{ op: 'test', path: '/metadata/labels', value: null }, 'null means absent, for a whole map too'],
    [{ op: 'test', path: '/spec', value: { list: [1, 2], replicas: 2 } }, 'the order of keys does not matter'],
  ])('%j passes, because %s', (operation) => expect(change(object, operation)).toEqual(object))

  test.each<[object, string]>([
    [{ op: 'test', path: '/spec/replicas', value: 3 }, 'the value is different'],
    [{ op: 'test', path: '/spec/replicas', value: '2' }, 'the type is different'],
    [{ op: 'test', path: '/spec/replicas', value: null }, 'the value exists'],
    [{ op: 'test', path: '/metadata/labels/x', value: null }, 'the map itself is missing'],
    [{ op: 'test', path: '/spec/__proto__', value: {} }, 'inherited properties do not count'],
    [{ op: 'add', path: '/metadata/labels/x', value: '1' }, 'the map to add to is missing'],
    [{ op: 'remove', path: '/metadata/annotations/absent' }, 'there is nothing to remove'],
    [{ op: 'add', path: '/spec/list/4', value: 1 }, 'the index is past the end'],
    [{ op: 'add', path: 'spec/replicas', value: 1 }, 'a pointer begins with a slash'],
  ])('%j is refused, because %s', (operation) =>
    expect(() => change(object, operation)).toThrow(/rejected our request/),
  )

  test('that copies or moves is a bad request, because a caller would retry a failed test', () => {
    expect(() => change(object, { op: 'copy', from: '/spec', path: '/x' })).toThrow('operation copy is not served')
  })

  test('applies its operations in order and leaves the original alone', () => {
    const patched = change(
      object,
      { op: 'replace', path: '/spec/replicas', value: 0 },
      { op: 'replace', path: '/spec/absent', value: 'replace of an absent key adds it' },
      { op: 'add', path: '/metadata/labels', value: {} },
      { op: 'add', path: '/metadata/labels/x', value: 'y' },
      { op: 'remove', path: '/metadata/annotations/a~1b' },
      { op: 'add', path: '/spec/list/0', value: 0 },
      { op: 'add', path: '/spec/list/-', value: 3 },
    )
    expect(patched).toEqual({
      metadata: { annotations: { '~': '2' }, labels: { x: 'y' } },
      spec: { replicas: 0, absent: 'replace of an absent key adds it', list: [0, 1, 2, 3] },
    })
    expect(object.spec.replicas).toBe(2)
  })
})

test('a merge patch sets, merges and removes with null', () => {
  const patch = { metadata: { annotations: { 'a/b': null, c: '3' } }, spec: { list: [9] } }
  expect(applyMergePatch(object, patch)).toEqual({
    metadata: { annotations: { '~': '2', c: '3' } },
    spec: { replicas: 2, list: [9] },
  })
})
