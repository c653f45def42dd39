// A module of its own, so that it can be imported lazily; and not by the package's index, which would bring the whole
// generated API.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { YAMLException } from 'js-yaml'

export { KubeConfig }

/**
 * Loads a kubeconfig by one of its own ways.
 * @param name what it is called when it cannot be read
 */
export function loadKubeConfig(name: string, load: (config: KubeConfig) => void): KubeConfig {
  const config = new KubeConfig()
  try {
    load(config)
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    // Its message quotes the lines around the fault, and some reasons the value: that may be a token, and errors are logged.
    const reason = error.reason.replace(/(: |["<]).*/s, '…')
    const place = error.mark === undefined ? '' : ` in line ${error.mark.line + 1}`
    throw new Error(`${name} cannot be read: ${reason}${place}`)
  }
  return config
}
