import type { KubeObject } from './objects.ts'
import type { Resource } from './resources.ts'

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: Resource
  object: KubeObject
  previous?: KubeObject
  version: number
}

/** How many changes a watch can go back; older ones are answered with 410, as after the real server's compaction. */
const historyLength = 5_000

/**
 * What etcd is to the real server: the objects and one counter. Everything is synchronous, so that reading an
 * object, patching it and storing it is atomic. Objects in it are never changed, only replaced.
 */
export class Store {
  readonly #objects = new Map<Resource, Map<string, KubeObject>>()
  readonly #listeners = new Set<(change: Change) => void>()
  #history: Change[] = []
  #version = 1

  get version(): number {
    return this.#version
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#of(resource).get(keyOf({ namespace, name }))
  }

  /** In the order of their keys (namespace, then name), as etcd keeps them. */
  list<T extends KubeObject = KubeObject>(resource: Resource, namespace?: string): T[] {
    const entries = [...this.#of(resource)].filter(([, { metadata }]) => !namespace || metadata.namespace === namespace)
    return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as T)
  }

  /** Adds or replaces; the object returned carries the new resourceVersion. */
  put(resource: Resource, object: KubeObject): KubeObject {
    const key = keyOf(object.metadata)
    const previous = this.#of(resource).get(key)
    const version = ++this.#version
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
    this.#of(resource).set(key, stored)
    this.#tell({
      type: previous ? 'MODIFIED' : 'ADDED',
      resource,
      object: stored,
      version,
      ...(previous && { previous }),
    })
    return stored
  }

  remove(resource: Resource, object: KubeObject): void {
    if (!this.#of(resource).delete(keyOf(object.metadata))) return
    const version = ++this.#version
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
    this.#tell({ type: 'DELETED', resource, object: last, previous: object, version })
  }

  /** Every change after `version`, or undefined when that is too long ago to know. */
  since(version: number): Change[] | undefined {
    const oldest = this.#history[0]?.version ?? this.#version + 1
    if (version < oldest - 1) return undefined
    return this.#history.filter((change) => change.version > version)
  }

  /** Calls back after each change, until the function returned is called. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #of(resource: Resource): Map<string, KubeObject> {
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>()
    this.#objects.set(resource, objects)
    return objects
  }

  #tell(change: Change): void {
    this.#history.push(change)
    // Cut now and then, not each time: an array's head is dear to remove.
    if (this.#history.length > 2 * historyLength) this.#history = this.#history.slice(-historyLength)
    for (const listener of this.#listeners) listener(change)
  }
}

/** `project-a/sample-app-a`; without a namespace the name alone. */
export function keyOf({ namespace, name }: { namespace?: string | undefined; name: string }): string {
  return namespace ? `${namespace}/${name}` : name
}
