import { createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { Client, Problem } from '../api/client.ts'
import { RequestFailed } from '../api/client.ts'
import { live, paces } from '../api/live.ts'
import type { Reader } from '../view/times.ts'
import type { Words } from '../words/en.ts'

/** What every part of the page is given. */
export interface Surroundings {
  client: Client
  words: Words
  reader: Reader
  /** Tells that a key is wanted, or that the host does not answer; undefined when it has answered. */
  report(problem: Problem | undefined): void
  /** Grows when something was changed here, so that everything is read again at once. */
  changes: number
  /** Tells that something was changed. */
  changed(done: Done): void
}

/** Something that was done here, and how it is taken back. */
export interface Done {
  /** In the words of the page. */
  message?: string
  /** In those of the API. */
  sentence?: string
  takeBack?: () => Promise<string>
}

export const Surrounded = createContext<Surroundings | undefined>(undefined)

/** The surroundings of a component. */
export function useSurroundings(): Surroundings {
  const surroundings = useContext(Surrounded)
  if (surroundings === undefined) throw new Error('The page is not set up.')
  return surroundings
}

/** What was read last: the answer and when it came, or the refusal. */
export interface Read<Answer> {
  answer?: Answer
  readAt?: number
  refused?: string
}

const nothing: Read<never> = {}

/**
 * Reads a path for as long as the component is there: often while something moves, and never while the tab is hidden.
 * Another `state`, of what the path belongs to, begins it again.
 */
export function useLive<Answer>(path: string, isMoving: (answer: Answer) => boolean, state?: string): Read<Answer> {
  const { client, report, changes } = useSurroundings()
  const [{ of, ...read }, setRead] = useState<Read<Answer> & { of: string }>({ of: path })
  // Another answer may move at another pace, and must not begin the reading again.
  const moves = useRef(isMoving)
  moves.current = isMoving
  useEffect(() => {
    const leaving = new AbortController()
    const once = async () => {
      try {
        const answer = await client.get<Answer>(path)
        if (leaving.signal.aborted) return 0
        setRead({ of: path, answer, readAt: client.now() })
        report(undefined)
        return moves.current(answer) ? paces.movingMs : paces.quietMs
      } catch (error) {
        if (leaving.signal.aborted || !(error instanceof RequestFailed)) return paces.quietMs
        const { problem } = error
        if (problem.kind === 'refused') setRead((last) => ({ ...last, of: path, refused: problem.body.message }))
        else report(problem)
        return problem.kind === 'away' ? paces.awayMs : paces.quietMs
      }
    }
    void live(once, { wait, visible }, leaving.signal)
    return () => leaving.abort()
  }, [client, path, changes, state])
  return of === path ? read : nothing
}

function visible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!document.hidden || signal.aborted) resolve()
    }
    document.addEventListener('visibilitychange', look, { signal })
    signal.addEventListener('abort', look, { once: true })
    look()
  })
}

/** Waits, but not longer than until somebody comes back to a hidden tab: they want to see what is now. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const end = () => {
      clearTimeout(timer)
      over.abort()
      resolve()
    }
    const timer = setTimeout(end, ms)
    const options = { signal: over.signal }
    document.addEventListener('visibilitychange', () => !document.hidden && end(), options)
    signal.addEventListener('abort', end, options)
  })
}

/** The time of the host, told again every so often, and whenever an answer may have set it right. */
export function useNow(everyMs: number): number {
  const { client } = useSurroundings()
  const [, setTicks] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTicks((ticks) => ticks + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return client.now()
}
