import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'
import { broken, type Outcome, ok } from './check.ts'

/** An answer of the function app; status 0 when there was none, with the reason as its text. */
export interface Answer {
  status: number
  text: string
}

/** Sends a request to the function app. Never rejects. */
export type Ask = (path: string, request?: { method?: string; body?: string }) => Promise<Answer>

const timeoutMs = 60_000

/** Asks the function app at its address, with these headers: a host key, and with Easy Auth a token of the deployer. */
export const createAsk =
  (url: string, headers: Record<string, string>): Ask =>
  async (path, request) => {
    try {
      const init = { ...request, headers: { ...headers, 'content-type': 'application/json' } }
      const response = await fetch(`${url}${path}`, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { status: response.status, text: await response.text() }
    } catch (error) {
      // fetch says only that it failed; its cause says why.
      const { message, cause } = error as Error & { cause?: Error }
      return { status: 0, text: cause?.message ?? message }
    }
  }

/**
 * The token that Easy Auth wants, beside the host key.
 * @throws HookError that says what the app registration lacks
 */
export async function easyAuthToken({ az }: Tools, clientId: string): Promise<string> {
  try {
    const { accessToken } = await az<{ accessToken: string }>`account get-access-token --resource ${clientId}`
    return accessToken
  } catch (failure) {
    if (!(failure instanceof HookError)) throw failure
    throw new HookError(
      `Entra gives az no token for ${clientId}: its app registration must expose an API with a scope, and know az (client 04b07795-8ddb-461a-bbee-02f9e1bf7b46) as an authorized client application. ${failure.message}`,
      `az login --scope ${clientId}/.default`,
    )
  }
}

/** Asks until the answer is 200, or the time is over. @returns the last answer */
export async function askUntilOk(
  ask: () => Promise<Answer>,
  { elapsed, wait }: Pick<Tools, 'elapsed' | 'wait'>,
  { withinMs, everyMs }: { withinMs: number; everyMs: number },
): Promise<Answer> {
  const started = elapsed()
  for (;;) {
    const answer = await ask()
    if (answer.status === 200 || elapsed() - started >= withinMs) return answer
    await wait(everyMs)
  }
}

/** Whether the app runs at all. */
export function judgeHealth({ status, text }: Answer): Outcome {
  if (status === 200) return ok('/health: the function app runs')
  return broken(
    `/health: ${describe({ status, text })}. The function app does not run`,
    'the Portal: the function app, "Diagnose and solve problems"; and its log, under "Log stream"',
  )
}

/** Whether the app signs in, finds the cluster and may use it. */
export function judgeReady({ status, text }: Answer): Outcome {
  if (isRefused(status)) return judgeCall('/ready', { status, text })
  if (status === 200) return ok('/ready: its identity signs in, Azure names the cluster, and the API server answers')
  return broken(
    `/ready: ${describe({ status, text })}`,
    'docs/troubleshooting.md: the log line of /ready has an error code, with the right that is missing. A role may take minutes to spread: npm run smoke',
  )
}

/** The names of the projects that the app looks after. */
export function readProjects({ status, text }: Answer): { outcome?: Outcome; names: string[] } {
  if (status === 200)
    return { names: (JSON.parse(text) as { projects: { name: string }[] }).projects.map(({ name }) => name) }
  return { names: [], outcome: judgeCall('/api/v1/projects', { status, text }) }
}

/** A dry run needs every right that a scale-down does, and changes nothing. */
export function judgeDryRun(project: string, answer: Answer): Outcome {
  if (answer.status !== 200) return judgeCall(`a dry run of ${project}`, answer)
  const { message, dry_run: isDry } = JSON.parse(answer.text) as { message: string; dry_run?: boolean }
  if (isDry !== true) return broken(`a dry run of ${project}: the app did not call it one: ${message}`, 'azd deploy')
  return ok(`a dry run of ${project}: ${message}`)
}

/** A front door says no, before the app is asked. */
const isRefused = (status: number) => status === 401 || status === 403

function judgeCall(what: string, answer: Answer): Outcome {
  const fix = isRefused(answer.status)
    ? 'Without Easy Auth the host key is wrong: az functionapp keys list --resource-group <group> --name <app>. With it, the app registration must allow the audience and the client of this token, and ACCESS must name a group or a role of the deployer'
    : 'docs/troubleshooting.md has a section for each error'
  return broken(`${what}: ${describe(answer)}`, fix)
}

function describe({ status, text }: Answer): string {
  if (status === 0) return `no answer (${text})`
  return text.trim() === '' ? `${status}` : `${status} ${text.trim().slice(0, 500)}`
}
