import type { KubeObject } from './objects.ts'

/** A title, what it shows, and `wide` when only `-o wide` shows it. */
export type Column = [title: string, cell: (object: KubeObject, now: Date) => string | number, width?: 'wide']

/** The `Table` that kubectl asks for, to print columns it knows nothing about. */
export function tableOf(objects: KubeObject[], columns: Column[], { now, metadata }: { now: Date; metadata: object }) {
  // Events are told by when, not by name.
  const isEvents = columns[0]?.[0] === 'Last Seen'
  const nameOf = (object: KubeObject) => object.metadata.name
  const name: Column = isEvents ? ['Name', nameOf, 'wide'] : ['Name', nameOf]
  const own: Column = ['Age', (object) => age(object.metadata.creationTimestamp, now)]
  const [wide, narrow] = [columns.filter(([, , width]) => width), columns.filter(([, , width]) => !width)]
  const all: Column[] = isEvents ? [...columns, name] : [name, ...narrow, own, ...wide]
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: all.map(([title, , width]) => ({
      name: title,
      type: 'string',
      format: title === 'Name' ? 'name' : '',
      description: '',
      priority: width === 'wide' ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: all.map(([, cell]) => cell(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  }
}

/** How long ago, as kubectl writes it: `45s`, `12m`, `5h`, `3d`. */
export function age(since: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 3 * 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
