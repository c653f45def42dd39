import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../../dev/cluster/objects.ts'
import { pods } from '../../../dev/cluster/resources.ts'
import { fieldSelector, labelSelector } from '../../../dev/cluster/selectors.ts'

const labels = { project: 'a', 'app.kubernetes.io/name': 'x', empty: '' }
const pod = { metadata: { name: 'p', namespace: 'n', labels }, spec: { nodeName: 'm' } } as unknown as KubeObject

describe('a label selector', () => {
  test.each([
    ['', true],
    ['project=a', true],
    ['project==a,app.kubernetes.io/name=x', true],
    ['project=b', false],
    ['project!=b', true],
    ['absent!=b', true],
    ['project in (a, b)', true],
    ['project in (b)', false],
    ['project notin (a,b),project', false],
    ['absent notin (a)', true],
    ['project', true],
    ['absent', false],
    ['!absent', true],
    ['!project', false],
    ['empty=', true],
    ['constructor', false],
  ])('"%s" matches: %s', (selector, matches) => expect(labelSelector(selector)(pod)).toBe(matches))

  test.each(['a b', '=a', 'a in b', 'a,,b', 'a > '])('"%s" is refused', (selector) =>
    expect(() => labelSelector(selector)).toThrow(/unable to parse requirement/),
  )
})

describe('a field selector', () => {
  test.each([
    ['metadata.name=p,metadata.namespace=n', true],
    ['spec.nodeName!=m', false],
    ['status.phase=', true],
  ])('"%s" matches: %s', (selector, matches) => expect(fieldSelector(selector, pods)(pod)).toBe(matches))

  test('knows only the fields that the real server knows', () => {
    expect(() => fieldSelector('spec.hostNetwork=true', pods)).toThrow('field label not supported: spec.hostNetwork')
  })
})
