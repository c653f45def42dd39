import { setTimeout as delay } from 'node:timers/promises'
import { asleepLabel, recordAnnotations } from '../../../shared/scaling/index.ts'
import { waitFor } from '../../waitFor.ts'
import { type Admin, type AdminCall, AdminCallFailed } from './admin.ts'

/** Deployments spread evenly over namespaces. */
export interface Layout {
  namespaces: string[]
  deployments: number
}

const label = { key: 'bench', value: 'sweep' }
const ofTheBench = `labelSelector=${label.key}%3D${label.value}`
const pathOf = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`
const metadataOnly = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' }

interface List {
  items: { metadata: { name: string; namespace: string; resourceVersion: string } }[]
}
interface DeploymentList {
  items: {
    metadata: { name: string; generation: number }
    spec: { replicas: number }
    status: { observedGeneration?: number }
  }[]
}

/** A layout with this many namespaces, whose names begin with `prefix`. */
export const layoutOf = (prefix: string, namespaces: number, deployments: number): Layout => ({
  namespaces: Array.from({ length: namespaces }, (_, index) => `${prefix}-${index}`),
  deployments,
})

const everyDeployment = ({ namespaces, deployments }: Layout): { namespace: string; name: string }[] =>
  Array.from({ length: deployments }, (_, index) => ({
    namespace: namespaces[index % namespaces.length] as string,
    name: `app-${index}`,
  }))

/** Creates the namespaces of a layout, and its Deployments with one replica each. */
export async function createLayout(admin: Admin, layout: Layout): Promise<void> {
  const namespaces = layout.namespaces.map((name) => ({ metadata: { name, labels: { [label.key]: label.value } } }))
  await admin.callAll(namespaces.map((body) => ({ method: 'POST', path: '/api/v1/namespaces', body })))
  await admin.callAll(
    everyDeployment(layout).map(({ namespace, name }) => ({
      method: 'POST',
      path: pathOf(namespace),
      body: deployment(name),
    })),
  )
}

/**
 * A Deployment with one replica, whose Pod names a scheduler that does not exist. The Pod stays Pending, and nobody
 * tries to place it. So the Deployment and ReplicaSet controllers do all their work, and the scheduler, the autoscaler
 * and the kubelets do none, which would only compete for the machine.
 */
function deployment(name: string): object {
  const labels = { app: name, [label.key]: label.value }
  return {
    metadata: { name, labels },
    spec: {
      replicas: 1,
      // Otherwise a status is written ten minutes later, in the middle of a measurement.
      progressDeadlineSeconds: 24 * 3600,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: { schedulerName: 'nobody', containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  }
}

/** Sets the replicas of all Deployments, and removes the records of a sweep. */
export async function setAll(admin: Admin, layout: Layout, replicas: number): Promise<void> {
  const nothingOfOurs = Object.fromEntries(
    [...Object.values(recordAnnotations), asleepLabel.key].map((key) => [key, null]),
  )
  const body = { spec: { replicas }, metadata: { annotations: nothingOfOurs, labels: nothingOfOurs } }
  const calls = everyDeployment(layout).map(
    ({ namespace, name }): AdminCall => ({ method: 'PATCH', path: `${pathOf(namespace)}/${name}`, body }),
  )
  await admin.callAll(calls)
}

/** How many Deployments of the layout are at zero. */
export async function countAtZero(admin: Admin, { namespaces }: Layout): Promise<number> {
  const lists = namespaces.map((name) => admin.call<DeploymentList>({ method: 'GET', path: pathOf(name) }))
  return (await Promise.all(lists)).flatMap(({ items }) => items).filter(({ spec }) => spec.replicas === 0).length
}

const quietMs = 2_000

/** Resolves when the controllers have seen every change, and no Deployment, ReplicaSet or Pod changed for two seconds. */
export async function waitUntilQuiet(admin: Admin): Promise<void> {
  const resources = ['apis/apps/v1/deployments', 'apis/apps/v1/replicasets', 'api/v1/pods']
  let before: string | undefined
  await waitFor({
    what: 'the controllers have nothing left to do',
    // At 20 calls a second, the default of kube-controller-manager, they take minutes for a thousand Deployments.
    timeoutMs: 20 * 60_000,
    look: async () => {
      await delay(quietMs)
      const lists = resources.map((resource) => `/${resource}?${ofTheBench}&resourceVersion=0`)
      const [found, ...others] = await Promise.all([
        admin.call<DeploymentList & List>({ method: 'GET', path: lists[0] ?? '' }),
        ...lists.slice(1).map((path) => admin.call<List>({ method: 'GET', path, headers: metadataOnly })),
      ])
      const behind = found.items.filter(({ metadata, status }) => status.observedGeneration !== metadata.generation)
      const now = [found as List, ...others].map(versionsOf).join()
      const same = now === before
      before = now
      return { behind: behind.length, same }
    },
    until: ({ behind, same }) => behind === 0 && same,
  })
}

const versionsOf = ({ items }: List): string =>
  items
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}@${metadata.resourceVersion}`)
    .toSorted()
    .join()

/** Removes every namespace of the benchmark, and waits until they are gone. There may be none. */
export async function removeLayouts(admin: Admin): Promise<void> {
  const look = () => admin.call<List>({ method: 'GET', path: `/api/v1/namespaces?${ofTheBench}` })
  const { items } = await look()
  for (const { metadata } of items) {
    await admin.call({ method: 'DELETE', path: `/api/v1/namespaces/${metadata.name}` }).catch(passIfGone)
  }
  await waitFor({
    what: 'the namespaces of the benchmark are gone',
    timeoutMs: 20 * 60_000,
    look: async () => (await look()).items.length,
    until: (left) => left === 0,
  })
}

/** Ignores the failure for an object that was removed before. @throws every other error */
export function passIfGone(error: unknown): void {
  if (!(error instanceof AdminCallFailed && error.status === 404)) throw error
}
