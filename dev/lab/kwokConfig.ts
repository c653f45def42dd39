import type { Built } from './build.ts'
import type { Ports } from './labState.ts'

type Wanted = { built: Built; ports: Ports; scaleApiLog: string; identityTokens: string }

/**
 * By default the controllers limit themselves to 20 calls a second, and a change of 1,000 Deployments would take them
 * minutes. This limit is their own: those of the API server stay as they are.
 */
const controllersInAHurry = [
  { key: 'kube-api-qps', value: '1000' },
  { key: 'kube-api-burst', value: '2000' },
]

/**
 * kwokctl's configuration: the control plane, and how `kubectl port-forward` and `kubectl logs` reach the in-cluster
 * host, which runs as a process beside kwok's simulated Pods.
 *
 * These options keep their defaults on purpose, so that the API server behaves as in production. In kwok v0.8.0:
 * - `disableQPSLimits` is off. Only when it is on, kwokctl passes `--max-requests-inflight=0`,
 *   `--max-mutating-requests-inflight=0` and `--enable-priority-and-fairness=false`. So API Priority and Fairness is on
 *   and the limits are the API server's own, 400 and 200.
 * - `kubeAuthorization` and `kubeAdmission` follow `securePort`, which is on: `--authorization-mode=Node,RBAC` and the
 *   default admission plugins.
 */
export function kwokConfig({ built, ports, scaleApiLog, identityTokens }: Wanted): string {
  const inNamespace = { selector: { matchNamespaces: ['scale-system'] } }
  const documents = [
    {
      apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
      kind: 'KwokctlConfiguration',
      options: {
        runtime: 'binary',
        kubeVersion: built.version('kubernetes'),
        // Without it everything, etcd too, listens on every network interface.
        bindAddress: '127.0.0.1',
        etcdBinary: built.path('etcd'),
        kubeApiserverBinary: built.path('kube-apiserver'),
        kubeControllerManagerBinary: built.path('kube-controller-manager'),
        kubeSchedulerBinary: built.path('kube-scheduler'),
        kubectlBinary: built.path('kubectl'),
        kwokControllerBinary: built.path('kwok'),
        etcdPort: ports.etcd,
        etcdPeerPort: ports.etcdPeer,
        kubeApiserverPort: ports.apiServer,
        kubeControllerManagerPort: ports.controllerManager,
        kubeSchedulerPort: ports.scheduler,
        kwokControllerPort: ports.kwok,
      },
      componentsPatches: [
        { name: 'kube-controller-manager', extraArgs: controllersInAHurry },
        // These tokens take the place of Microsoft Entra: each of them is the function app's managed identity.
        { name: 'kube-apiserver', extraArgs: [{ key: 'token-auth-file', value: identityTokens }] },
      ],
    },
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterPortForward',
      metadata: { name: 'scale-api' },
      spec: {
        ...inNamespace,
        forwards: [{ ports: [8080], target: { address: '127.0.0.1', port: ports.scaleApi } }],
      },
    },
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterLogs',
      metadata: { name: 'scale-api' },
      spec: { ...inNamespace, logs: [{ containers: ['scale-api'], logsFile: scaleApiLog, follow: true }] },
    },
  ]
  return documents.map((document) => JSON.stringify(document, null, 2)).join('\n---\n')
}
