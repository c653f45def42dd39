import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { en } from '../../../page/words/en.ts'
import { ja } from '../../../page/words/ja.ts'

/** Each text by its path; a function counts by what it says. */
const textsOf = (words: object, path = ''): [string, string][] =>
  Object.entries(words).flatMap(([name, value]): [string, string][] => {
    const own = `${path}${name}`
    if (typeof value === 'object') return textsOf(value, `${own}.`)
    return [[own, typeof value === 'function' ? value('<1>', '<2>') : value]]
  })

const english = new Map(textsOf(en))

test.each(textsOf(ja).filter(([path]) => !['title', 'apiDocs', 'language'].includes(path)))(
  '%s is said in Japanese with the same values: %s',
  (path, text) => {
    const valuesIn = (said: string) => [...said.matchAll(/<\d>/g)].map(([value]) => value).sort()
    const isText = !['of', 'changesInAction'].includes(path)
    expect(/[぀-ヿ一-龯]/.test(text) || !isText).toBe(true)
    expect([...new Set(valuesIn(text))]).toEqual([...new Set(valuesIn(english.get(path) ?? ''))])
  },
)

const page = new URL('../../../page/', import.meta.url)
const drawn = readdirSync(page, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('words/'))
  .map((file) => readFileSync(new URL(file, page), 'utf8'))
  .join('')

test.each(Object.keys(en))('the word %s is on the page', (name) =>
  expect(drawn).toMatch(new RegExp(`words\\.${name}\\b`)),
)
