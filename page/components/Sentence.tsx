import { withClockTimes } from '../view/times.ts'
import { useSurroundings } from './context.ts'

/**
 * A sentence of the API, with its times as the reader's clock shows them. It is English whatever language the page has, and
 * marked as such, so that a screen reader pronounces it.
 */
export function Sentence({ children }: { children: string }) {
  const { client, reader } = useSurroundings()
  return <span lang="en">{withClockTimes(children, client.now(), { ...reader, language: 'en' })}</span>
}
