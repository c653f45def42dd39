import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { HostError } from './hostError.ts'

interface HostJson {
  extensions?: { http?: { routePrefix?: string } }
}

/** The function app's folder: the nearest one with host.json, from the bundle's own upwards, or the bundle's own. */
export function findAppDirectory(bundle: string): string {
  for (let folder = dirname(bundle); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'host.json'))) return folder
    if (folder === dirname(folder)) return dirname(bundle)
  }
}

/** The prefix of every route: `api`, unless host.json sets another. */
export function readRoutePrefix(appDirectory: string): string {
  return readJson<HostJson>(join(appDirectory, 'host.json'))?.extensions?.http?.routePrefix ?? 'api'
}

/** `undefined` when there is no such file. @throws HostError when it is not JSON. */
export function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch (cause) {
    throw new HostError(`${file} is not valid JSON: ${(cause as Error).message}`, { cause })
  }
}
