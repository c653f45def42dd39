import type { Starting } from './cluster.ts'
import { kubectlOf } from './kubectl.ts'
import type { Ports } from './labState.ts'
import { logOf } from './paths.ts'
import { labEnv, labProcesses, named, requireLiving } from './processes.ts'
import { startDetached } from './run.ts'
import { missingAnswer, waitFor } from './waitFor.ts'

const namespace = 'flux-system'

/** The URL at which kustomize-controller tells whether it is ready. */
export const fluxReadyUrl = ({ fluxHealth }: Ports) => `http://127.0.0.1:${fluxHealth}/readyz`

/**
 * Creates the resource types of Flux' sources and Kustomizations, and starts its kustomize-controller with the rights of an
 * administrator. There is no source-controller: whoever makes a source writes its status, with the URL of an archive.
 */
export async function startFlux({ state: { ports }, paths, built, signal }: Starting): Promise<void> {
  const { kubectl, applyObject } = kubectlOf({ paths, signal })
  for (const crds of [built.path('flux-crds'), built.path('flux-source-crds')]) {
    await kubectl(['apply', '--server-side', '--force-conflicts', '-f', crds])
    await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', crds])
  }
  await applyObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  if (!labProcesses(paths.dir).some(({ component }) => component === 'flux')) {
    const env = labEnv(paths.dir, { ...named('flux'), KUBECONFIG: paths.kubeconfig, RUNTIME_NAMESPACE: namespace })
    const args = [
      `--health-addr=127.0.0.1:${ports.fluxHealth}`,
      `--metrics-addr=127.0.0.1:${ports.fluxMetrics}`,
      '--log-encoding=console',
    ]
    await startDetached(built.path('kustomize-controller'), args, { env, log: logOf(paths, 'flux') })
  }
  await waitFor({ what: 'Flux is ready', limitMs: 120_000, signal }, () => {
    requireLiving(paths.dir, 'flux')
    return missingAnswer(fluxReadyUrl(ports))
  })
}
