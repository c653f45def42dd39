import { loadAll } from 'js-yaml'
import { read } from '../docs/documents.ts'

/** The objects of a manifest; `path` is from the project's root. */
export const objectsOf = <KubeObject>(path: string): KubeObject[] => loadAll(read(path)) as KubeObject[]
