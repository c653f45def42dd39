import { readdirSync, readFileSync } from 'node:fs'
import { loadAllYaml } from '@kubernetes/client-node'
import type { KubeObject } from './objects.ts'
import { newNode, systemPool } from './pools.ts'
import { apiVersionOf, namespaces, nodes, resources } from './resources.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'
import { create } from './writes.ts'

/** What a new cluster holds: its system node, the usual namespaces and the sample projects. */
export function seed(world: Pick<World, 'store' | 'now'>, sampleFolders: readonly URL[]): void {
  const { store, now } = world
  const write = (object: Partial<KubeObject>) => apply(store, object, now())
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    write({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } as KubeObject['metadata'] })
  }
  store.put(nodes, newNode(world, systemPool, 0))
  const samples = sampleFolders.flatMap(readManifests)
  const isNamespace = ({ kind }: KubeObject) => kind === namespaces.kind
  // A namespace first, whatever its file is called.
  for (const object of [...samples.filter(isNamespace), ...samples.filter((each) => !isNamespace(each))]) write(object)
}

function readManifests(folder: URL): KubeObject[] {
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  const documents = files.sort().flatMap((file) => loadAllYaml(readFileSync(new URL(file, folder), 'utf8')))
  // The client's typed objects carry `undefined` and dates: here they are plain JSON.
  return JSON.parse(JSON.stringify(documents))
}

function apply(store: Store, object: Partial<KubeObject>, now: Date): void {
  const resource = resources.find((row) => row.kind === object.kind && apiVersionOf(row) === object.apiVersion)
  // A kind that this cluster does not serve changes nothing in it.
  if (!resource) return
  create({ store, resource, namespace: object.metadata?.namespace, now, manager: 'kubectl-client-side-apply' }, object)
}
