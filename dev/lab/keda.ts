import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLoopbackCertificate } from '../loopbackCertificate.ts'
import type { Starting } from './cluster.ts'
import { kubectlOf } from './kubectl.ts'
import type { Ports } from './labState.ts'
import { logOf } from './paths.ts'
import { labEnv, labProcesses, named, requireLiving } from './processes.ts'
import { startDetached } from './run.ts'
import { missingAnswer, waitFor } from './waitFor.ts'

const namespace = 'keda'

/** The URL at which KEDA's operator tells whether it is ready. */
export const kedaReadyUrl = ({ kedaHealth }: Ports) => `http://127.0.0.1:${kedaHealth}/readyz`

/**
 * Creates KEDA's resource types and starts its operator, with the rights of an administrator. The operator pauses its
 * objects and scales to their minimum, to zero and from zero. KEDA's metrics adapter is left out, so its
 * HorizontalPodAutoscalers have no metrics.
 */
export async function startKeda(starting: Starting): Promise<void> {
  const { state, paths, built, signal } = starting
  const { kubectl, applyObject } = kubectlOf({ paths, signal })
  const crds = built.path('keda-crds')
  // They are too large for the annotation that a client-side apply writes.
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', crds])
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', crds])
  await applyObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  if (!labProcesses(paths.dir).some(({ component }) => component === 'keda')) await startOperator(starting)
  await waitFor({ what: 'KEDA is ready', limitMs: 120_000, signal }, () => {
    requireLiving(paths.dir, 'keda')
    return missingAnswer(kedaReadyUrl(state.ports))
  })
}

async function startOperator({ state: { ports }, paths, built }: Starting): Promise<void> {
  await writeCertificate(paths.keda)
  const on = (port: number) => `127.0.0.1:${port}`
  const flags = {
    kubeconfig: paths.kubeconfig,
    'leader-elect': 'false',
    'health-probe-bind-address': on(ports.kedaHealth),
    'metrics-bind-address': on(ports.kedaMetrics),
    'metrics-service-bind-address': on(ports.kedaMetricsService),
    'cert-dir': paths.keda,
  }
  const env = labEnv(paths.dir, {
    ...named('keda'),
    POD_NAMESPACE: namespace,
    POD_NAME: 'keda-operator',
    OPERATOR_NAME: 'keda-operator',
    KEDA_CLUSTER_OBJECT_NAMESPACE: namespace,
    // All namespaces.
    WATCH_NAMESPACE: '',
  })
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  await startDetached(built.path('keda-operator'), args, { env, log: logOf(paths, 'keda') })
}

/** The certificate of the operator's metrics service, which does not start without one. */
async function writeCertificate(folder: string): Promise<void> {
  const { key, cert } = await createLoopbackCertificate()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [name, content] of Object.entries({ 'tls.key': key, 'tls.crt': cert, 'ca.crt': cert })) {
    await writeFile(join(folder, name), content, { mode: 0o600 })
  }
}
