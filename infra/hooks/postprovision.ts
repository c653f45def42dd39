import { provideApiKey } from './kubernetes/apiKey.ts'
import { applyStep } from './kubernetes/apply.ts'
import { clusterState, noteClusterState } from './kubernetes/clusterState.ts'
import { provideImage } from './kubernetes/image.ts'
import { type Kubectl, Unreachable } from './kubernetes/kubectl.ts'
import { clusterOptions, onCluster } from './kubernetes/reach.ts'
import { functionAppSteps, optionalSteps, type Step, scaleApiSteps } from './kubernetes/steps.ts'
import type { Hook, HookContext } from './run/runHook.ts'

const help = `npm run kubernetes [-- OPTIONS]

Puts into the cluster what this system needs there: the admission policy, the heartbeats and the rights of the function
app, and scale-api with its API key; NVIDIA's device plugin with WITH_GPU, and the sample projects with WITH_SAMPLES. It builds the image of
scale-api in the registry, otherwise with Docker; SCALE_API_IMAGE names one that is built already.

Repeating it changes nothing, and wakes no sample that sleeps. It waits for no node.

  --kubeconfig FILE   uses this file; otherwise it asks az for one, and leaves yours alone
  --role-wait S       how long to try again while a fresh role spreads (300)
  --retry-every S     how often (10)
  --help              this text

azd provision and azd up run it last. A cluster that does not answer from here, such as a private one, is no failure: the
function app is deployed, and the command says where to run it again.`

/** After the templates: what Kubernetes must know. */
export const hook: Hook = {
  help,
  options: clusterOptions,
  async run(context) {
    const { tools } = context
    try {
      await onCluster(context, ({ kubectl }) => applyAll(context, kubectl))
      await noteClusterState(tools, clusterState.applied)
    } catch (failure) {
      if (!(failure instanceof Unreachable)) throw failure
      await noteClusterState(tools, clusterState.outOfReach)
      tools.say(`! ${failure.message}`)
      tools.say(
        '  Everything in Azure is there, but the function app may not use the cluster yet. From a machine that reaches',
      )
      tools.say('  the API server (in its network, or with an authorized address), in this folder and azd environment:')
      tools.say('    npm run kubernetes')
    }
    return true
  },
}

async function applyAll({ tools, environment }: HookContext, kubectl: Kubectl): Promise<void> {
  const { say } = tools
  const apply = async (steps: Step[]) => {
    for (const step of steps) await applyStep({ kubectl, say }, step)
  }
  const { FUNCTION_APP_OBJECT_ID: objectId } = environment.need('FUNCTION_APP_OBJECT_ID')
  await apply(functionAppSteps({ objectId }))
  // Before what may fail: the image.
  await apply(optionalSteps({ withGpu: environment.isOn('WITH_GPU'), withSamples: environment.isOn('WITH_SAMPLES') }))
  const image = await provideImage(tools, environment)
  if (image === undefined) {
    say('scale-api is left out: there is no registry, and no SCALE_API_IMAGE. The function app needs neither.')
  } else {
    await provideApiKey({ kubectl, say })
    await apply(scaleApiSteps(image))
  }
  say('✓ The cluster has all that it needs.')
}
