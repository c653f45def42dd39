import { existsSync, readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { HostError } from '../functionsHost/index.ts'

/** Reads the kubeconfig files that KUBECONFIG names. @throws HostError when they lead to no cluster. */
export function readKubeconfig(paths: string): KubeConfig {
  const files = paths.split(delimiter).filter((path) => path !== '' && existsSync(path))
  if (files.length === 0) throw new HostError(`KUBECONFIG=${paths} does not exist.`)
  const config = new KubeConfig()
  try {
    for (const [index, file] of files.entries()) {
      // Read here for a plain reason in the message; client-node then reads it again for paths relative to the file.
      readFileSync(file)
      const next = index === 0 ? config : new KubeConfig()
      next.loadFromFile(file)
      if (index > 0) config.mergeConfig(next, true)
    }
  } catch (cause) {
    throw new HostError(`KUBECONFIG=${paths} cannot be read: ${(cause as Error).message}`, { cause })
  }
  if (!config.getCurrentCluster()) throw new HostError(`KUBECONFIG=${paths} has no current context with a cluster.`)
  return config
}
