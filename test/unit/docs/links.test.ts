import { existsSync, readdirSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from '@jest/globals'
import { anchorsOf, documents, linksOf, proseOf, read, root } from './documents.ts'

test.each(documents)('every relative link of %s leads to a file, and its anchor to a heading', (path) => {
  const broken = linksOf(read(path))
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = decodeURIComponent(target).split('#')
      const found = file === '' ? path : posix.join(posix.dirname(path), file)
      // A clone does not have the files outside of the project.
      if (found.startsWith('..') || !existsSync(root + found)) return true
      return anchor !== undefined && !anchorsOf(read(found)).includes(anchor)
    })
  expect(broken).toEqual([])
})

test.each(documents)('every npm script that %s mentions exists', (path) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const mentioned = [...read(path).matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)]
  const missing = mentioned.map(([, name, short]) => name ?? short ?? '').filter((name) => !(name in scripts))
  expect(missing).toEqual([])
})

test.each(documents)('every table row of %s belongs to its table: after an empty line it would be text', (path) => {
  const lines = proseOf(read(path)).split('\n')
  const isRow = (line = '') => line.startsWith('|')
  const isHead = (index: number) => /^\|(?:-+\|)+$/.test(lines[index + 1] ?? '')
  expect(lines.filter((line, index) => isRow(line) && !isRow(lines[index - 1]) && !isHead(index))).toEqual([])
})

// A file that the reader is told to write and remove again.
const examples = ['shared/api/bad.ts']

test.each(documents)('every file and folder of the project that %s names exists', (path) => {
  const places = /(?<![\w./~$-])((?:scale-api|samples|dev|test|shared|functions|docs)\/[\w./-]*[\w/])/g
  const named = [...read(path).matchAll(places)].map(([, place = '']) => place.replace(/\/$/, ''))
  expect(named.filter((place) => !examples.includes(place) && !isThere(place))).toEqual([])
})

/** An empty folder does not count: git does not keep it. */
function isThere(place: string): boolean {
  if (!existsSync(root + place)) return false
  return !statSync(root + place).isDirectory() || readdirSync(root + place).length > 0
}

test('the headings get the anchors that GitHub gives them', () => {
  const text = '# API: keys & `code`\n## 1. 概要（運用）\n```\n# no heading\n```\n## Same\n## Same\n'
  expect(anchorsOf(text)).toEqual(['api-keys--code', '1-概要運用', 'same', 'same-1'])
})
