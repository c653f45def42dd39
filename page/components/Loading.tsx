import { useSurroundings } from './context.ts'
import { Sentence } from './Sentence.tsx'

/** The line in the place of an answer: it is being read, or why it was refused. */
export function Loading({ refused }: { refused: string | undefined }) {
  const { words } = useSurroundings()
  return <p class="soft">{refused === undefined ? words.loading : <Sentence>{refused}</Sentence>}</p>
}
