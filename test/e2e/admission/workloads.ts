import { execFileSync } from 'node:child_process'
import type { Target } from '../target.ts'

/** The resources whose objects can be put to sleep, each with where the API server serves it. */
export const resources = {
  deployments: { kind: 'Deployment', apiVersion: 'apps/v1' },
  statefulsets: { kind: 'StatefulSet', apiVersion: 'apps/v1' },
  cronjobs: { kind: 'CronJob', apiVersion: 'batch/v1' },
  scaledobjects: { kind: 'ScaledObject', apiVersion: 'keda.sh/v1alpha1' },
  scaledjobs: { kind: 'ScaledJob', apiVersion: 'keda.sh/v1alpha1' },
} as const

export type Resource = keyof typeof resources

/** An object as JSON, as far as these tests look at it. */
export interface KubeObject {
  metadata: { generation?: number; annotations?: Record<string, string>; labels?: Record<string, string> }
  spec: { replicas?: number; suspend?: boolean }
}

const container = { name: 'app', image: 'registry.k8s.io/pause:3.10' }
const labels = { app: 'web' }
// The Pods run nowhere.
const podSpec = { nodeSelector: { nowhere: 'true' }, containers: [container] }
const template = { metadata: { labels }, spec: podSpec }
const jobTemplate = { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } }

// KEDA's own admission wants a trigger.
const triggers = [
  { type: 'cron', metadata: { timezone: 'UTC', start: '0 8 * * *', end: '0 18 * * *', desiredReplicas: '1' } },
]

/** A valid object of each resource, with 3 replicas or running. */
export const specs: Record<Resource, object> = {
  deployments: { replicas: 3, selector: { matchLabels: labels }, template },
  statefulsets: { replicas: 3, serviceName: 'web', selector: { matchLabels: labels }, template },
  cronjobs: { schedule: '0 0 1 1 *', suspend: false, jobTemplate },
  scaledobjects: { scaleTargetRef: { name: 'other' }, maxReplicaCount: 3, triggers },
  scaledjobs: { jobTargetRef: { template: jobTemplate.spec.template }, maxReplicaCount: 3, triggers },
}

/** The path of the objects of a resource in a namespace. */
export const pathOf = (resource: Resource, namespace: string): string =>
  `/apis/${resources[resource].apiVersion}/namespaces/${namespace}/${resource}`

/** A person who is cluster-admin, with kubectl. */
export function personOf({ kubectl: command, kubeconfig }: Pick<Target, 'kubectl' | 'kubeconfig'>) {
  const kubectl = (args: string[], input?: object) =>
    execFileSync(command, ['--kubeconfig', kubeconfig, ...args], {
      encoding: 'utf8',
      ...(input && { input: JSON.stringify(input) }),
    })
  return {
    kubectl,
    /** Creates an object of each of these resources, named `web`. */
    create(namespace: string, wanted = Object.keys(resources) as Resource[]): void {
      const items = wanted.map((resource) => ({
        ...resources[resource],
        metadata: { name: 'web', namespace, labels, annotations: { owner: 'team' }, finalizers: ['example.com/held'] },
        spec: specs[resource],
      }))
      kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items })
    },
    read: (namespace: string, resource: Resource): KubeObject =>
      JSON.parse(kubectl(['get', resource, 'web', '-n', namespace, '-o', 'json'])),
    /** Lets the objects of `create` go, which a finalizer holds, and deletes the namespace. */
    remove(namespace: string, made = Object.keys(resources) as Resource[]): void {
      for (const resource of made) {
        kubectl(['patch', resource, 'web', '-n', namespace, '--type=merge', '-p', '{"metadata":{"finalizers":null}}'])
      }
      kubectl(['delete', 'namespace', namespace])
    },
  }
}
