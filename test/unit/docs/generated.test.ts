import { expect, test } from '@jest/globals'
import { render } from '../../../dev/tables/index.ts'
import { keepingWrittenCells, withTable } from '../../../dev/tables/markdown.ts'
import { withRights } from '../../../dev/tables/rights.ts'
import { settingRows } from '../../../dev/tables/settings.ts'
import { read } from './documents.ts'

const table =
  '# Fruit\n\n| Name | Colour | Taste |\n|---|---|---|\n| `pear` | green | soft |\n| `apple` | red | tart |\n\nThe end.\n'

/** Reads the project's files, one of them changed. */
const changed = (path: string, change: (text: string) => string) => (wanted: string) =>
  wanted === path ? change(read(path)) : read(wanted)

const withoutRow = (name: string) => (text: string) => text.replace(new RegExp(`^\\| \`${name}\` .*\n`, 'm'), '')

test('known cells are written in their order, and the cells after them are kept', () => {
  const rows = keepingWrittenCells(table, 'Name', [
    ['`apple`', 'yellow'],
    ['`pear`', 'green'],
  ])
  expect(withTable(table, 'Name', rows)).toBe(
    '# Fruit\n\n| Name | Colour | Taste |\n|---|---|---|\n| `apple` | yellow | tart |\n| `pear` | green | soft |\n\nThe end.\n',
  )
})

test('a missing row is an error that shows the row to write', () => {
  expect(() => keepingWrittenCells(table, 'Name', [['`plum`', 'blue']])).toThrow(
    'the table "Name" has no text for `plum`: write the row | `plum` | blue | … |',
  )
})

test('a cell keeps its escaped bar', () => {
  const text = '| A | B |\n|---|---|\n| `x` | one \\| two |\n'
  expect(withTable(text, 'A', keepingWrittenCells(text, 'A', [['`x`']]))).toBe(text)
})

test('a missing table is named by its first cell', () => {
  expect(() => withTable(table, 'Animal', [])).toThrow('there is no table that begins with the cell "Animal"')
})

test('the rights of a role are written below the command that describes it', () => {
  const manifest = `
kind: Role
metadata: { name: reader }
rules:
  - { apiGroups: [apps], resources: [deployments], verbs: [get] }
  - { apiGroups: [apps], resources: [deployments], verbs: [list] }
  - { apiGroups: [""], resources: [pods], verbs: [list] }
---
kind: RoleBinding
metadata: { name: reader }
`
  const text = 'kubectl describe role reader -n here\n# Expected:\n#   secrets   [get]\necho done\n'
  expect(withRights(text, manifest)).toBe(
    'kubectl describe role reader -n here\n# Expected:\n' +
      '#   deployments.apps             [get list]\n#   pods                         [list]\necho done\n',
  )
})

test('a setting with few values names them all', () => {
  const meanings = new Map(settingRows().map(([name, , meaning]) => [name, meaning]))
  expect(meanings.get('`LOG_LEVEL`')).toContain('`trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`')
})

test('a setting without a Japanese meaning is named, with its document', () => {
  const path = 'docs/settings.ja.md'
  expect(() => render(path, changed(path, withoutRow('PORT')))).toThrow(
    'docs/settings.ja.md: the table "設定" has no text for `PORT`: write the row | `PORT` | `8080` | … |',
  )
})

test('a Japanese meaning that leaves out a value is named', () => {
  const path = 'docs/settings.ja.md'
  expect(() =>
    render(
      path,
      changed(path, (text) => text.replace('`fatal`、', '')),
    ),
  ).toThrow('docs/settings.ja.md: the table "設定" does not name these values of `LOG_LEVEL`: `fatal`')
})

test('a parameter of the deployment without a Japanese meaning is named', () => {
  const path = 'docs/deploy.ja.md'
  expect(() => render(path, changed(path, withoutRow('DAILY_CAP_GB')))).toThrow(
    'docs/deploy.ja.md: the table "変数" has no text for `DAILY_CAP_GB`: write the row | `DAILY_CAP_GB` | `2` | … |',
  )
})

test('a route without a row is named, with the row to write', () => {
  const path = 'docs/api-reference.md'
  expect(() =>
    render(
      path,
      changed(path, (text) => text.replace('| `GET /ready` |', '| `GET /version` |')),
    ),
  ).toThrow(
    'docs/api-reference.md: the table "Request" has no text for `GET /ready`: write the row | `GET /ready` | … |',
  )
})

test('a package without a reason is named', () => {
  const path = 'CONTRIBUTING.md'
  expect(() => render(path, changed(path, withoutRow('zod')))).toThrow(
    'CONTRIBUTING.md: the table "Package" has no text for `zod`: write the row | `zod` | … |',
  )
})

test.each([
  ['docs/deploy.md', '| `DAILY_CAP_GB` | `2` |', '| `DAILY_CAP_GB` | `3` |'],
  ['docs/deploy.ja.md', '| `DAILY_CAP_GB` | `2` |', '| `DAILY_CAP_GB` | `3` |'],
  ['docs/operations-guide.md', '[get list patch watch]', '[get]'],
  ['docs/operations-guide.ja.md', '[get list patch watch]', '[get]'],
  ['docs/settings.md', '| `8080` |', '| `80` |'],
  ['docs/settings.ja.md', '| `8080` |', '| `80` |'],
  ['docs/troubleshooting.md', '| `NotReplicated` |', '| `LongGone` | No more. | Nothing. |\n| `NotReplicated` |'],
  ['docs/troubleshooting.ja.md', '| `NotReplicated` |', '| `LongGone` | もうない | なし |\n| `NotReplicated` |'],
])('%s gets its %s back from the code', (path, current, stale) => {
  const readStale = changed(path, (text) => text.replace(current, stale))
  expect(readStale(path)).not.toBe(read(path))
  expect(render(path, readStale)).toBe(read(path))
})
