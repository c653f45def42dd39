import type { z } from '@hono/zod-openapi'
import type { Entry, Gap } from '../../../scaling/index.ts'
import type { HistoryAnswer } from '../../contract/answers/history.ts'

type Body = z.infer<typeof HistoryAnswer>['history']

/** Entries of a history for the API's readers, with the times in which nobody looked, the newest first. */
export const historyBody = (entries: Entry[], gaps: Gap[]): Body =>
  [...entries.map(bodyOf), ...gaps.map(gapBody)].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))

const gapBody = ({ from, until }: Gap): Body[number] => ({
  at: from.toISOString(),
  what: 'unwatched',
  until: until.toISOString(),
})

function bodyOf(entry: Entry): Body[number] {
  const { at, transition, ...rest } = { transition: undefined, ...entry }
  return { ...rest, at: at.toISOString(), transition: transition?.toISOString() }
}
