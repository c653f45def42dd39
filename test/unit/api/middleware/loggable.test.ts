import { expect, test } from '@jest/globals'
import { loggable } from '../../../../shared/api/middleware/loggable.ts'

test.each([
  ['plain text, 日本語 and 🙂', 'plain text, 日本語 and 🙂'],
  ['line\nbreak', 'line\\u{a}break'],
  ['escape \u001b[31m', 'escape \\u{1b}[31m'],
  ['right to left \u202e\u2066', 'right to left \\u{202e}\\u{2066}'],
  ['invisible \u200b\ufeff\u{e0041}', 'invisible \\u{200b}\\u{feff}\\u{e0041}'],
  ['separators \u2028\u2029\u0085', 'separators \\u{2028}\\u{2029}\\u{85}'],
  ['half \ud83d', 'half \\u{d83d}'],
])('%j is logged as %j', (text, logged) => {
  expect(loggable(text)).toBe(logged)
})

test.each(['x'.repeat(257), '\n'.repeat(256)])('a long text is cut to 256 characters, and says so', (text) => {
  expect(loggable(text)).toHaveLength(256)
  expect(loggable(text)).toMatch(/…$/)
})

test('a text of 256 characters is whole', () => {
  expect(loggable('x'.repeat(256))).toBe('x'.repeat(256))
})
