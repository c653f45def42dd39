import { readdirSync, readFileSync } from 'node:fs'
import { loadAllYaml } from '@kubernetes/client-node'
import { systemNode } from './nodes.ts'
import type { KubeObject } from './objects.ts'
import { namespaces, nodes } from './resources.ts'
import type { Store } from './store.ts'
import { create } from './writes.ts'

const sampleFolders = ['a', 'b'].map((app) => new URL(`../../samples/app-${app}/`, import.meta.url))
const ours = ['00-namespace.yaml', 'leases.yaml'].map(
  (file) => new URL(`../../scale-api/manifests/${file}`, import.meta.url),
)

/** Fills a new cluster with its system node, the usual namespaces, the heartbeats and these objects of projects. */
export function seed(store: Store, now: Date, projects: readonly KubeObject[]): void {
  store.put(nodes, systemNode(now))
  const usual = ['default', 'kube-system'].map((name) => ({ kind: namespaces.kind, metadata: { name } }) as KubeObject)
  const isGiven = ({ kind, metadata }: KubeObject) =>
    projects.some((one) => one.kind === kind && one.metadata.name === metadata.name)
  const all = [...usual, ...ours.flatMap(readManifest).filter((object) => !isGiven(object)), ...projects]
  // Namespaces come first, whatever their files are called.
  for (const object of all.sort((a, b) => Number(isNamespace(b)) - Number(isNamespace(a)))) {
    const resource = store.resources.find(({ kind }) => kind === object.kind)
    // An object of a kind that this cluster does not serve is left out.
    if (!resource) continue
    const { namespace } = object.metadata
    create({ store, resource, namespace, now, manager: 'kubectl-client-side-apply' }, object)
  }
}

const isNamespace = ({ kind }: KubeObject): boolean => kind === namespaces.kind

/** The sample projects, as their manifests have them. */
export const sampleObjects = (): KubeObject[] => sampleFolders.flatMap(readManifests)

function readManifests(folder: URL): KubeObject[] {
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  return files.flatMap((file) => readManifest(new URL(file, folder)))
}

const readManifest = (file: URL): KubeObject[] => loadAllYaml(readFileSync(file, 'utf8')) as KubeObject[]
