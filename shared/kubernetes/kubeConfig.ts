// This is a module of its own so that it can be imported lazily. The package's index would load all generated APIs.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { YAMLException } from 'js-yaml'

export { KubeConfig }

/**
 * Loads a kubeconfig.
 * @param name names it in the error when it cannot be read
 * @param load calls one of the methods of KubeConfig that load
 */
export function loadKubeConfig(name: string, load: (config: KubeConfig) => void): KubeConfig {
  const config = new KubeConfig()
  try {
    load(config)
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    // Errors are logged, and this one quotes the lines around the fault, and sometimes a value: it may be a token.
    const reason = error.reason.replace(/(: |["<]).*/s, '…')
    const place = error.mark === undefined ? '' : ` in line ${error.mark.line + 1}`
    throw new Error(`${name} cannot be read: ${reason}${place}`)
  }
  return config
}
