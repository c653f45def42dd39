import { clusterState } from './kubernetes/clusterState.ts'
import { HookError } from './run/hookError.ts'
import { type Hook, type HookContext, millisecondsOf } from './run/runHook.ts'
import {
  askUntilOk,
  createAsk,
  easyAuthToken,
  judgeDryRun,
  judgeHealth,
  judgeReady,
  readProjects,
} from './smoke/api.ts'
import { broken, describeOutcome, type Outcome, ok, pending } from './smoke/check.ts'
import { awaitTick } from './smoke/ticks.ts'

const help = `npm run smoke [-- OPTIONS]

Looks whether the function app works: that it runs, that it reaches the cluster and has the rights that it needs, that a
dry run of one project succeeds, and that a timer has run. It changes nothing.

  --ready-wait S    how long a fresh role may take to spread (300)
  --tick-wait S     how long to wait for the first run of a timer (900)
  --retry-every S   how often to ask (10)
  --help            this text

azd deploy and azd up run it last. The exit code is 1 when something does not work.`

/** After the code: does it work? */
export const hook: Hook = {
  help,
  options: {
    'ready-wait': { type: 'string', default: '300' },
    'tick-wait': { type: 'string', default: '900' },
    'retry-every': { type: 'string', default: '10' },
  },
  async run(context) {
    const { say } = context.tools
    const states = new Set<Outcome['state']>()
    for await (const outcome of smokeTest(context)) {
      for (const line of describeOutcome(outcome)) say(line)
      states.add(outcome.state)
    }
    if (states.has('broken')) say('✗ The deployment does not work yet: see above.')
    else if (states.has('pending')) say('! The deployment works as far as it goes: see above.')
    else say('✓ The deployment works.')
    return !states.has('broken')
  },
}

/** A private cluster is out of reach for who deploys, and so the function app has no rights in it yet. */
const kubernetesIsMissing =
  'the cluster was out of reach: npm run kubernetes from a machine that reaches it, and then npm run smoke'

async function* smokeTest({ tools, environment, options }: HookContext): AsyncGenerator<Outcome> {
  const { FUNCTION_APP_URL: url, LOG_ANALYTICS_WORKSPACE_ID: workspace } = environment.need(
    'FUNCTION_APP_URL',
    'LOG_ANALYTICS_WORKSPACE_ID',
  )
  const everyMs = millisecondsOf(options, 'retry-every')
  const ready = { withinMs: millisecondsOf(options, 'ready-wait'), everyMs }
  // Neither needs a key, and Easy Auth leaves /health alone.
  const open = createAsk(url, {})
  const health = judgeHealth(await askUntilOk(() => open('/health'), tools, ready))
  yield health
  if (health.state === 'ok') {
    const isPending = environment.get(clusterState.name) === clusterState.outOfReach
    const patience = isPending ? { withinMs: 0, everyMs } : ready
    for await (const outcome of asCaller({ tools, environment, options }, url, patience)) {
      yield isPending && outcome.state === 'broken' ? pending(outcome.what, kubernetesIsMissing) : outcome
    }
  }
  yield await awaitTick(tools, { workspace, withinMs: millisecondsOf(options, 'tick-wait'), everyMs })
}

/** What needs the key of a caller and, with Easy Auth, a token. */
async function* asCaller(
  context: HookContext,
  url: string,
  ready: { withinMs: number; everyMs: number },
): AsyncGenerator<Outcome> {
  const { tools } = context
  let headers: Record<string, string>
  try {
    headers = await callerHeaders(context)
  } catch (failure) {
    if (!(failure instanceof HookError)) throw failure
    yield broken(failure.message, failure.fix ?? 'npm run smoke')
    return
  }
  const ask = createAsk(url, headers)
  const readiness = judgeReady(await askUntilOk(() => ask('/ready'), tools, ready))
  yield readiness
  if (readiness.state !== 'ok') return
  const { names, outcome } = readProjects(await ask('/api/v1/projects'))
  const [project] = names
  if (outcome !== undefined) yield outcome
  else if (project === undefined)
    yield ok('there is no project yet, so no dry run: a namespace becomes one by its label')
  else {
    const path = `/api/v1/projects/${encodeURIComponent(project)}/scale-to-zero?dry_run=true`
    const request = { method: 'POST', body: '{"reason":"smoke test of a deployment"}' }
    yield judgeDryRun(project, await askUntilOk(() => ask(path, request), tools, ready))
  }
}

async function callerHeaders({ tools, environment }: HookContext): Promise<Record<string, string>> {
  const {
    AZURE_SUBSCRIPTION_ID: subscription,
    AZURE_RESOURCE_GROUP: group,
    FUNCTION_APP_NAME: app,
  } = environment.need('AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP', 'FUNCTION_APP_NAME')
  const keys = await tools.az<{
    functionKeys?: Record<string, string>
  }>`functionapp keys list --resource-group ${group} --name ${app} --subscription ${subscription}`
  const key = Object.values(keys.functionKeys ?? {})[0]
  if (key === undefined) {
    throw new HookError(
      `${app} has no host key yet`,
      `az functionapp keys set --resource-group ${group} --name ${app} --key-type functionKeys --key-name default`,
    )
  }
  const clientId = environment.get('EASY_AUTH_CLIENT_ID')
  if (clientId === '') return { 'x-functions-key': key }
  return { 'x-functions-key': key, authorization: `Bearer ${await easyAuthToken(tools, clientId)}` }
}
