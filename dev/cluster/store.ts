import type { KubeObject } from './objects.ts'
import type { Resource } from './resources.ts'

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: Resource
  object: KubeObject
  /** The object that was replaced or removed. */
  previous?: KubeObject | undefined
  version: number
}

/** How many changes a watch can go back. An older one must list again, as after the real server's compaction. */
const historyLength = 1_000

/**
 * The counterpart of the real server's etcd: the objects and one counter. Everything is synchronous, so that reading an
 * object, patching it and storing it is atomic. Objects in it are never changed, only replaced.
 */
export class Store {
  readonly #objects = new Map<Resource, Map<string, KubeObject>>()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #history: Change[] = []
  /** The resources that the server serves. */
  readonly resources: readonly Resource[]
  #version = 1

  constructor(resources: readonly Resource[]) {
    this.resources = resources
  }

  get version(): number {
    return this.#version
  }

  get<T extends KubeObject>(resource: Resource<T>, name: string, namespace?: string): T | undefined {
    return this.#of(resource).get(keyOf({ namespace, name }))
  }

  /** The objects in the order of their keys (namespace, then name), as in etcd. */
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): T[] {
    const entries = [...this.#of(resource)].filter(([, { metadata }]) => !namespace || metadata.namespace === namespace)
    return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  /** Adds or replaces an object. @returns it with its new resourceVersion */
  put<T extends KubeObject>(resource: Resource<T>, object: T): T {
    const previous = this.get(resource, object.metadata.name, object.metadata.namespace)
    const stored = this.#next(object)
    this.#of(resource).set(keyOf(object.metadata), stored)
    this.#tell({ type: previous ? 'MODIFIED' : 'ADDED', resource, object: stored, previous, version: this.#version })
    return stored
  }

  remove(resource: Resource, object: KubeObject): void {
    // Another object may have its name by now.
    if (this.#of(resource).get(keyOf(object.metadata))?.metadata.uid !== object.metadata.uid) return
    this.#of(resource).delete(keyOf(object.metadata))
    this.#tell({ type: 'DELETED', resource, object: this.#next(object), previous: object, version: this.#version })
  }

  /** Every change after `version`, or undefined when not all of them are kept any more. */
  since(version: number): Change[] | undefined {
    const isKnown = version >= this.#version - this.#history.length
    return isKnown ? this.#history.filter((change) => change.version > version) : undefined
  }

  /** Calls `listener` after each change. @returns a function that ends this */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #of<T extends KubeObject>(resource: Resource<T>): Map<string, T> {
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>()
    this.#objects.set(resource, objects)
    return objects as Map<string, T>
  }

  #next<T extends KubeObject>(object: T): T {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } }
  }

  #tell(change: Change): void {
    this.#history.push(change)
    if (this.#history.length > historyLength) this.#history.shift()
    for (const listener of this.#listeners) listener(change)
  }
}

/** `project-a/sample-app-a`; without a namespace the name alone. */
export function keyOf({ namespace, name }: { namespace?: string | undefined; name: string }): string {
  return namespace ? `${namespace}/${name}` : name
}
