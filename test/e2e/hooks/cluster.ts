import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node'
import type { Lab } from '../../../dev/lab/index.ts'
import { readConfig } from '../../../shared/config.ts'
import type { Scaling } from '../../../shared/scaling/index.ts'
import { createServices } from '../../../shared/services.ts'
import { createLogger } from '../../../shared/telemetry/index.ts'

export interface KubeObject {
  kind: string
  metadata: {
    namespace?: string
    name: string
    resourceVersion: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  spec?: { replicas?: number; suspend?: boolean }
}

/** Every kind that this system has objects of. */
const kinds =
  'namespaces,secrets,serviceaccounts,services,deployments,daemonsets,poddisruptionbudgets,networkpolicies,resourcequotas,' +
  'roles,rolebindings,clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings'

/** The cluster of a lab, as its administrator sees it. */
export function clusterOf({ kubectl: file, kubeconfig }: Pick<Lab, 'kubectl' | 'kubeconfig'>) {
  const kubectl = (args: string[], input?: object): string =>
    execFileSync(file, ['--kubeconfig', kubeconfig, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    })
  const list = (...args: string[]) =>
    (JSON.parse(kubectl(['get', ...args, '--output', 'json'])) as { items: KubeObject[] }).items
  return {
    kubectl,
    list,
    get: (kind: string, name: string, namespace: string) =>
      JSON.parse(kubectl(['get', kind, name, '--namespace', namespace, '--output', 'json'])) as KubeObject,
    /** The objects of this system, found by their labels and by their names. */
    ours: () =>
      list(kinds, '--all-namespaces').filter(
        ({ metadata: { name, namespace, labels = {} } }) =>
          labels['app.kubernetes.io/part-of']?.startsWith('aks-scale-to-zero') ||
          /aks-scale-to-zero|^scale-api|^scale-system|^sample-app|nvidia/.test(`${namespace ?? ''} ${name}`),
      ),
    /** A kubeconfig of a ServiceAccount, which has no rights until somebody gives it some. */
    kubeconfigOf(serviceAccount: string): string {
      const config = new KubeConfig()
      config.loadFromFile(kubeconfig)
      const token = kubectl(['create', 'token', serviceAccount, '--namespace', 'default']).trim()
      const cluster = config.getCurrentCluster()
      return JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'lab',
        contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'deployer' } }],
        clusters: [
          { name: 'lab', cluster: { server: cluster?.server, 'certificate-authority-data': authorityOf(config) } },
        ],
        users: [{ name: 'deployer', user: { token } }],
      })
    },
    /** Runs work with the product's own domain, as an administrator. */
    async withScaling(work: (scaling: Scaling) => Promise<unknown>): Promise<void> {
      const logger = createLogger('silent', () => new Date())
      const services = createServices(readConfig({ KUBECONFIG: kubeconfig }), { logger, anonymousActor: 'test' })
      await work(services.scaling).finally(services.close)
    },
  }
}

function authorityOf(config: KubeConfig): string {
  const { caData, caFile = '' } = config.getCurrentCluster() ?? {}
  return caData ?? readFileSync(caFile).toString('base64')
}
