import { causeIn } from '../view/causes.ts'
import { useSurroundings } from './context.ts'
import { Sentence } from './Sentence.tsx'

/** Why a transition acts or is left out. */
export function Because({ children }: { children: string }) {
  const { words } = useSurroundings()
  return causeIn(words, children) ?? <Sentence>{children}</Sentence>
}
