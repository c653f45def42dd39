import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { codeBlocksOf, documents, headingLevelsOf, read, root } from './documents.ts'

/** Documents for developers, in English only. */
const englishOnly = ['CONTRIBUTING.md', 'docs/architecture.md']

const english = documents.filter((path) => !path.endsWith('.ja.md') && !englishOnly.includes(path))
const japanese = (path: string) => (path === 'README.md' ? 'docs/README.ja.md' : path.replace(/\.md$/, '.ja.md'))

/** The lines that a reader pastes or compares. Comments and the words of a diagram differ by language. */
function sameInBoth(path: string): { language: string; lines: string[] }[] {
  return codeBlocksOf(read(path)).map(({ language, lines }) => ({
    language,
    lines: language === 'mermaid' ? [] : lines.map(withoutComment).filter((line) => line !== ''),
  }))
}

/** In a shell, `#` at the beginning of a word starts a comment. */
const withoutComment = (line: string) => line.replace(/(^|\s+)#\s.*$/, '')

test('every Japanese document has an English one', () => {
  const twins = english.map(japanese)
  expect(documents.filter((path) => path.endsWith('.ja.md') && !twins.includes(path))).toEqual([])
})

test.each(english)('%s has a Japanese twin, and each leads to the other', (path) => {
  const twin = japanese(path)
  expect(existsSync(root + twin)).toBe(true)
  const [from, to] = path === 'README.md' ? ['../README.md', twin] : [path.slice(5), twin.slice(5)]
  expect(read(twin)).toContain(`\n[English](${from})\n`)
  expect(read(path)).toContain(`\n[日本語](${to})\n`)
})

test.each(english)('%s has as many headings as its twin, and of the same levels', (path) => {
  expect(headingLevelsOf(read(japanese(path)))).toEqual(headingLevelsOf(read(path)))
})

test.each(english)('%s has the same commands and answers as its twin, comments aside', (path) => {
  expect(sameInBoth(japanese(path))).toEqual(sameInBoth(path))
})
