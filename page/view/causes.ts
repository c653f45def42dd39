import type { Words } from '../words/en.ts'

/**
 * Why a transition acts or is left out, in the words of the page: an exception, which may have the name of a day, such as
 * `holiday: 成人の日`. Undefined for a cron line, and for what only the API can say.
 */
export function causeIn(words: Pick<Words, 'causes'>, because: string): string | undefined {
  const [, cause = '', day = ''] = /^([\w-]+)(: .+)?$/.exec(because) ?? []
  const known = new Map(Object.entries(words.causes)).get(cause)
  return known === undefined ? undefined : known + day
}
