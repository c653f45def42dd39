import { expect, test } from '@jest/globals'
import { labelSelectorOf } from '../../../../shared/kubernetes/objects/labelSelector.ts'
import type { LabelSelector } from '../../../../shared/scaling/index.ts'

test.each<[string, LabelSelector]>([
  ['app=web,tier=front', { matchLabels: { app: 'web', tier: 'front' } }],
  [
    'app=web,tier in (a,b),zone notin (1),gpu,!canary',
    {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'zone', operator: 'NotIn', values: ['1'] },
        { key: 'gpu', operator: 'Exists' },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    },
  ],
])('a selector is written as kubectl writes it: "%s"', (text, selector) => expect(labelSelectorOf(selector)).toBe(text))
