import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AddOn } from './components.ts'
import { labPaths } from './paths.ts'

/** The names of a lab's ports, one for each address that a process listens on. */
export const portNames = [
  'etcd',
  'etcdPeer',
  'apiServer',
  'controllerManager',
  'scheduler',
  'kwok',
  'karpenterMetrics',
  'karpenterHealth',
  'azure',
  'scaleApi',
  'functions',
  'kedaHealth',
  'kedaMetrics',
  'kedaMetricsService',
  'fluxHealth',
  'fluxMetrics',
] as const

export type Ports = Record<(typeof portNames)[number], number>
export type ApiAuth = 'key' | 'none'

/** The stored state of a lab. Only the operating system knows whether the processes run. */
export type LabState = {
  name: string
  /** False for `--only control-plane`: the control plane without the two hosts. */
  hosts: boolean
  /** The tools that run in it as well, each as a process of that name. */
  addOns: readonly AddOn[]
  apiAuth: ApiAuth
  ports: Ports
}

/** @returns the error message for a name that a lab cannot have, or undefined. */
export function invalidName(name: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) return undefined
  return `'${name}' is not a name for a lab: use 1 to 30 of a-z, 0-9 and '-', with no '-' at either end`
}

/** The state of a lab, or undefined when there is no such lab. It may have been written before there were add-ons. */
export async function readState(cache: string, name: string): Promise<LabState | undefined> {
  try {
    return { addOns: [], ...JSON.parse(await readFile(labPaths(cache, name).state, 'utf8')) } as LabState
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes the state atomically: a reader sees the old one or the new one. */
export async function writeState(cache: string, state: LabState): Promise<void> {
  const paths = labPaths(cache, state.name)
  await mkdir(paths.dir, { recursive: true, mode: 0o700 })
  const draft = `${paths.state}.draft`
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`)
  await rename(draft, paths.state)
}

/** The states of all labs of this cache. */
export async function allStates(cache: string): Promise<LabState[]> {
  const names = await readdir(join(cache, 'labs')).catch(() => [])
  const states = await Promise.all(names.filter((name) => !invalidName(name)).map((name) => readState(cache, name)))
  return states.filter((state) => state !== undefined)
}
