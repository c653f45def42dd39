import { existsSync, readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { HostError } from '../functionsHost/index.ts'
import type { WantedCluster } from './wantedCluster.ts'

type Wanted = Extract<WantedCluster, { kind: 'kubeconfig' }>

/** Reads the kubeconfig files, of which the first that names a context decides. @throws HostError when they lead to no cluster */
export function readKubeconfig({ paths, from, context }: Wanted): KubeConfig {
  const files = paths.split(delimiter).filter((path) => path !== '' && existsSync(path))
  if (files.length === 0) throw new HostError(`${from} does not exist: name a kubeconfig with --kubeconfig FILE.`)
  const config = new KubeConfig()
  try {
    for (const [index, file] of files.entries()) {
      // Read here for a plain reason in the message; client-node then reads it again for paths relative to the file.
      readFileSync(file)
      const next = index === 0 ? config : new KubeConfig()
      next.loadFromFile(file)
      if (index > 0) config.mergeConfig(next, config.getCurrentContext() !== '')
    }
  } catch (cause) {
    throw new HostError(`${from} cannot be read: ${(cause as Error).message}`, { cause })
  }
  const names = config.getContexts().map(({ name }) => name)
  const listed = `it has ${names.join(', ') || 'none'}`
  if (context !== undefined) {
    if (!names.includes(context)) throw new HostError(`${from} has no context ${context}: ${listed}.`)
    config.setCurrentContext(context)
  }
  if (!config.getCurrentCluster()) {
    throw new HostError(`${from} has no current context with a cluster: choose one with --context NAME; ${listed}.`)
  }
  return config
}

/** The cluster for a person, such as `https://10.0.0.1 (context prod, user me)`. */
export function describeCluster(config: KubeConfig): string {
  const context = config.getContextObject(config.getCurrentContext())
  return `${config.getCurrentCluster()?.server} (context ${context?.name}, user ${context?.user})`
}
