import { z } from 'zod'
import { settings } from '../../shared/config.ts'
import { keepingWrittenCells, TableError } from './markdown.ts'

type Setting = (typeof settings)[keyof typeof settings]

const code = (text: string) => `\`${text}\``

function defaultOf(schema: Setting): string {
  const { data } = schema.safeParse(undefined)
  return data === undefined ? '' : code(Array.isArray(data) ? JSON.stringify(data) : String(data))
}

/** The values that a setting can have, if they are limited. */
function valuesOf(schema: Setting): string[] {
  const { enum: values = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return values.map((value) => code(String(value)))
}

const lacking = (schema: Setting, cells: string[]) =>
  valuesOf(schema).filter((value) => !cells.some((cell) => cell.includes(value)))

/** The settings table in English: name, default and meaning, with every value that a setting can have. */
export function settingRows(): string[][] {
  return Object.entries(settings).map(([name, schema]) => {
    const cells = [code(name), defaultOf(schema), (schema.description ?? '').replaceAll('|', '\\|')]
    const [known = '', standard = '', meaning = ''] = cells
    if (lacking(schema, cells).length === 0) return cells
    return [known, standard, `${meaning} One of ${valuesOf(schema).join(', ')}.`]
  })
}

/**
 * The settings table in another language: names and defaults come from the code, and the written meanings are kept.
 * @throws TableError when a setting has no meaning, or when its row does not name a value that it can have
 */
export function translatedSettingRows(markdown: string, head: string): string[][] {
  const rows = keepingWrittenCells(
    markdown,
    head,
    settingRows().map((cells) => cells.slice(0, 2)),
  )
  for (const [index, schema] of Object.values(settings).entries()) {
    const [name, ...cells] = rows[index] ?? []
    const missing = lacking(schema, cells)
    if (missing.length > 0) {
      throw new TableError(`the table "${head}" does not name these values of ${name}: ${missing.join(', ')}`)
    }
  }
  return rows
}
