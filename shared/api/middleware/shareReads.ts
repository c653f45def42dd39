import type { Context, MiddlewareHandler } from 'hono'
import type { ApiEnv } from './apiEnv.ts'
import { changesNothing, isReading } from './changing.ts'
import { entityTagOf, isKept } from './entityTag.ts'
import { isOfFunctionsHost } from './functionKey.ts'
import { createSharedAnswers } from './shareAnswer.ts'

const sharedForMs = 1000

/** What a reader was answered: a text with its headers, or an error, which each reader gets under its own request id. */
type Read = { text: string; headers: Record<string, string> } | { error: Error } | undefined

interface ShareReads {
  /** Answers a reader with what another one, with the same rights, has read within the last second. */
  share: MiddlewareHandler<ApiEnv>
  /** Lets whoever reads after a request that changes something see the change. */
  forgetAfterChange: MiddlewareHandler<ApiEnv>
}

/**
 * Shares what is read, so that the number of open pages is not the number of calls to Kubernetes. Each answer has an
 * entity tag, and a reader that names it is told that nothing has changed.
 * @param elapsed milliseconds that only ever grow
 */
export function createShareReads(elapsed: () => number): ShareReads {
  const reads = createSharedAnswers<Read>({
    forMs: sharedForMs,
    elapsed,
    bytesOf: (read) => (read !== undefined && 'text' in read ? 2 * read.text.length : 0),
  })

  return {
    async share(c, next) {
      if (!isReading(c.req.method)) return await next()
      let isFirst = false
      const read = await reads.of(keyOf(c), async () => {
        isFirst = true
        await next()
        return await readOf(c)
      })
      if (read === undefined) return isFirst ? undefined : await next()
      if ('text' in read) c.res = answerOf(c, read)
      else if (!isFirst) throw read.error
    },
    async forgetAfterChange(c, next) {
      await next()
      if (!changesNothing(c)) reads.forget()
    },
  }
}

/**
 * What an answer depends on: it also says which projects its caller may change. The key of the Functions host in an address
 * is not kept.
 */
function keyOf(c: Context<ApiEnv>): string {
  const { searchParams } = new URL(c.req.url)
  const query = [...searchParams].filter(([name]) => !isOfFunctionsHost(name))
  const { projects, changes } = c.get('caller')
  // JSON has no undefined, which stands for all projects.
  return JSON.stringify([c.req.path, query, projects ?? 'all', changes ?? 'all'])
}

async function readOf(c: Context<ApiEnv>): Promise<Read> {
  if (c.error !== undefined) return { error: c.error }
  if (c.res.status !== 200) return undefined
  const text = await c.res.text()
  // The time of the reading, which stands last in every answer, is no change.
  const etag = `W/${entityTagOf(text.replace(/"timestamp":"[^"]*"\}\s*$/, ''))}`
  return { text, headers: { ...Object.fromEntries(c.res.headers), etag } }
}

function answerOf(c: Context<ApiEnv>, { text, headers }: { text: string; headers: Record<string, string> }): Response {
  const own = { ...headers, 'x-request-id': c.get('requestId') }
  return isKept(c.req.header('if-none-match'), headers.etag ?? '')
    ? new Response(null, { status: 304, headers: own })
    : new Response(text, { headers: own })
}
