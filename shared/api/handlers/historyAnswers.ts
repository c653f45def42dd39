import type { z } from '@hono/zod-openapi'
import type { Entry } from '../../scaling/index.ts'
import type { HistoryAnswer } from '../contract/history.ts'

type Body = z.infer<typeof HistoryAnswer>['history']

/** Entries of a history for the API's readers, the newest first. */
export const historyBody = (entries: Entry[]): Body => entries.toReversed().map(bodyOf)

function bodyOf(entry: Entry): Body[number] {
  const at = entry.at.toISOString()
  if ('until' in entry) return { ...entry, at, until: entry.until.toISOString() }
  if (!('results' in entry)) return { ...entry, at }
  return { ...entry, at, transition: entry.transition?.toISOString() }
}
