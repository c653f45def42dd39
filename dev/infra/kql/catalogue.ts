import {
  type TelemetryField,
  telemetryEvents,
  telemetryFields,
  telemetryMetrics,
} from '../../../shared/telemetry/index.ts'
import type { Analysis, Use } from './kusto.ts'

interface Told {
  /** The word for it in a message. */
  word: string
  /** The fields of each, by its name. */
  fields: Record<string, readonly TelemetryField[]>
}

/** The tables in which the items of the catalogue arrive. */
const toldIn: Record<string, Told> = {
  AppEvents: { word: 'event', fields: telemetryEvents },
  AppMetrics: { word: 'metric', fields: telemetryMetrics },
}

/** Where a query asks for an event, a metric or a field that this product does not send, or not there. */
export function catalogueFaults({ comparisons, keys }: Analysis): { line: number; message: string }[] {
  return Object.entries(toldIn).flatMap(([table, { word, fields }]) => {
    const names = comparisons.filter((use) => use.table === table && use.column === 'Name')
    const known = names.filter(({ text }) => text in fields)
    const unknown = names.filter(({ text }) => !(text in fields))
    // A query that names none, such as one of everything, may ask for the fields of each.
    const asked = known.length > 0 ? known.map(({ text }) => text) : Object.keys(fields)
    const sent = new Set<string>(asked.flatMap((name) => fields[name] ?? []))
    return [
      ...unknown.map(({ text, line }) => ({
        line,
        message: `nobody sends the ${word} ${text}: shared/telemetry/catalogue.ts has ${Object.keys(fields).join(', ')}`,
      })),
      ...keys
        .filter((use) => use.table === table)
        .flatMap(({ column, text, line }: Use) => {
          if (!sent.has(text)) return [{ line, message: `no ${word} ${asked.join(' or ')} has the field ${text}` }]
          const place = telemetryFields[text as TelemetryField] === 'number' ? 'Measurements' : 'Properties'
          return column === place ? [] : [{ line, message: `the field ${text} is in ${place}, and not in ${column}` }]
        }),
    ]
  })
}
