import { readConfig } from '../../shared/config.ts'
import { createServices } from '../../shared/services.ts'
import { createLogger } from '../../shared/telemetry/index.ts'
import type { Kubectl } from './kubernetes/kubectl.ts'
import { clusterOptions, onCluster, type Reached } from './kubernetes/reach.ts'
import { deleteBindings, deleteHistories, deleteObjects, ourObjects } from './removal/objects.ts'
import { forgetEverything, wakeEverything } from './removal/wake.ts'
import { HookError } from './run/hookError.ts'
import type { Hook, HookContext } from './run/runHook.ts'

const help = `npm run kubernetes:remove -- --yes

Takes everything of this system out of a cluster: it wakes what sleeps, takes the rights of the function app and of
scale-api, wakes what fell asleep meanwhile, and deletes our objects, the histories of the projects and the notes on
namespaces. Workloads, and what people wrote on their namespaces, stay. Without --yes it only tells what it would do.

When something cannot be woken, it deletes nothing and says why. Repeating it does the rest.

  --yes               does it
  --kubeconfig FILE   uses this file; otherwise it asks az for the cluster of this azd environment
  --role-wait S       how long to try again while a fresh role spreads (300)
  --retry-every S     how often (10)
  --help              this text

Do it before the function app is deleted, if the cluster is to stay.`

/** Takes our objects out of a cluster that stays. */
export const hook: Hook = {
  help,
  options: { yes: { type: 'boolean' }, ...clusterOptions },
  run: (context) => onCluster(context, (reached) => removeAll(context, reached)),
}

async function removeAll({ tools, options }: HookContext, { kubectl, kubeconfig }: Reached): Promise<boolean> {
  const { say } = tools
  const found = await ourObjects(kubectl)
  if (options.yes !== true) {
    say(
      found.length === 0
        ? 'There is nothing of this system in the cluster.'
        : 'This would be deleted, after all that sleeps was woken:',
    )
    for (const object of found) say(`  ${object}`)
    say('npm run kubernetes:remove -- --yes    does it')
    return true
  }
  const services = createServices(readConfig({ KUBECONFIG: kubeconfig }), {
    logger: createLogger('warn', () => new Date()),
    anonymousActor: 'kubernetes:remove',
  })
  try {
    await wake(services.scaling, say)
    print(say, await deleteBindings(kubectl))
    // A timer may have put something to sleep in between.
    await wake(services.scaling, say)
    print(say, await deleteObjects(kubectl))
    for (const one of await deleteHistories(kubectl)) say(`  ${one}`)
    for (const one of await forgetEverything(services.scaling)) say(`  ${one}`)
  } finally {
    await services.close()
  }
  return reportRest(kubectl, say)
}

type Say = (line: string) => void

async function wake(scaling: Parameters<typeof wakeEverything>[0], say: Say): Promise<void> {
  const { woken, failed } = await wakeEverything(scaling)
  for (const one of woken) say(`  woken: ${one}`)
  if (failed.length === 0) return
  throw new HookError(
    `Nothing was deleted, since this could not be woken:\n${failed.map((one) => `    ${one}`).join('\n')}`,
    'npm run kubernetes:remove -- --yes    once it can, or once its label aks-scale-to-zero/asleep is removed',
  )
}

async function reportRest(kubectl: Kubectl, say: Say): Promise<boolean> {
  const rest = await ourObjects(kubectl)
  say(rest.length === 0 ? '✓ Nothing of this system is left in the cluster.' : '✗ This is left in the cluster:')
  for (const object of rest) say(`  ${object}`)
  return rest.length === 0
}

const print = (say: Say, text: string) => {
  for (const line of text.split('\n')) if (line !== '') say(`  ${line}`)
}
