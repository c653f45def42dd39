import { useSurroundings } from './context.ts'
import { Sentence } from './Sentence.tsx'

/** Why a transition acts or is left out: a cron line, or an exception, which may have the name of a day. */
export function Because({ children }: { children: string }) {
  const { words } = useSurroundings()
  const [, cause = '', day = ''] = /^([\w-]+)(: .+)?$/.exec(children) ?? []
  const known = new Map(Object.entries(words.causes)).get(cause)
  return known === undefined ? <Sentence>{children}</Sentence> : known + day
}
