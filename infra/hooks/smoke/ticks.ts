import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'
import { broken, type Outcome, ok } from './check.ts'

/** https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format */
interface QueryAnswer {
  tables: { columns: { name: string }[]; rows: unknown[][] }[]
}

/** The first run of a timer after a moment. Runs before it are those of the code that was deployed before. */
const queryOf = (since: Date) =>
  `AppEvents | where Name == "Tick" and TimeGenerated > datetime(${since.toISOString()}) | summarize First = min(TimeGenerated)`

/** Waits for the next run of a timer. It reaches the workspace some minutes after it has run. */
export async function awaitTick(
  tools: Tools,
  { workspace, withinMs, everyMs }: { workspace: string; withinMs: number; everyMs: number },
): Promise<Outcome> {
  const started = tools.elapsed()
  const query = queryOf(tools.now())
  let failure = ''
  for (;;) {
    try {
      const first = await firstTick(tools, workspace, query)
      if (first !== undefined) return ok(`a timer has run, and its telemetry has arrived: Tick at ${first}`)
      failure = ''
    } catch (error) {
      if (!(error instanceof HookError)) throw error
      failure = ` The last question failed: ${error.message}`
    }
    if (tools.elapsed() - started >= withinMs) {
      return broken(
        `no timer has run within ${withinMs / 60_000} minutes (SCHEDULE_TICK says how often), or its telemetry does not arrive.${failure}`,
        'docs/telemetry.md: the role Monitoring Metrics Publisher. The Portal: the function app, function scheduledScaleUp. Then: npm run smoke',
      )
    }
    await tools.wait(everyMs)
  }
}

async function firstTick({ az }: Tools, workspace: string, query: string): Promise<string | undefined> {
  // A file, since cmd.exe cannot take the quotation marks of JSON.
  const file = join(tmpdir(), `tick-query-${process.pid}.json`)
  writeFileSync(file, JSON.stringify({ query }))
  try {
    const url = `https://api.loganalytics.io/v1${workspace}/query`
    const { tables } =
      await az<QueryAnswer>`rest --method post --url ${url} --resource https://api.loganalytics.io --body @${file}`
    const value = tables[0]?.rows[0]?.[0]
    return typeof value === 'string' && value !== '' ? value : undefined
  } finally {
    rmSync(file, { force: true })
  }
}
