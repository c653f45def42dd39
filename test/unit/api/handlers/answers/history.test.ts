import { expect, test } from '@jest/globals'
import { HistoryAnswer } from '../../../../../shared/api/contract/answers/history.ts'
import { historyBody } from '../../../../../shared/api/handlers/answers/history.ts'

const at = new Date('2026-11-22T22:00:00Z')

test('an entry says how many replica counts the history had no room for, as the contract promises', () => {
  const sweep = { at, what: 'scale-down' as const, by: 'schedule', reason: 'night', failures: [] }
  const history = historyBody([{ ...sweep, results: { changed: 1400 }, uncounted: 400 }], [])
  const answer = { status: 'success', project: 'project-a', history, timestamp: at.toISOString() }
  expect(HistoryAnswer.parse(answer).history).toMatchObject([{ results: { changed: 1400 }, uncounted: 400 }])
})
