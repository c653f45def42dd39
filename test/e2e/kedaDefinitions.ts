import { ApiextensionsV1Api, type KubeConfig } from '@kubernetes/client-node'
import { waitFor } from '../waitFor.ts'

const group = 'keda.sh'
const kinds = { scaledobjects: 'ScaledObject', scaledjobs: 'ScaledJob' }

/**
 * Makes the API server serve KEDA's kinds; those of an installed KEDA stay as they are. Without KEDA there is only the
 * definition: what KEDA does with its objects is KEDA's, and what we write on them is ours.
 * @returns how to remove what was made
 */
export async function defineKeda(config: KubeConfig): Promise<() => Promise<void>> {
  const extensions = config.makeApiClient(ApiextensionsV1Api)
  const find = async (name: string) =>
    (await extensions.listCustomResourceDefinition()).items.find(({ metadata }) => metadata?.name === name)
  const made: string[] = []
  const anything = { type: 'object', x_kubernetes_preserve_unknown_fields: true }
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } }
  for (const [plural, kind] of Object.entries(kinds)) {
    const name = `${plural}.${group}`
    if ((await find(name)) === undefined) {
      const versions = [{ name: 'v1alpha1', served: true, storage: true, schema, subresources: { status: {} } }]
      const spec = { group, scope: 'Namespaced', names: { plural, kind }, versions }
      await extensions.createCustomResourceDefinition({ body: { metadata: { name }, spec } })
      made.push(name)
    }
    await waitFor({
      what: `${name} is served`,
      look: () => find(name),
      until: (definition) =>
        definition?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ??
        false,
    })
  }
  return async () => {
    for (const name of made) {
      await extensions.deleteCustomResourceDefinition({ name })
      // Otherwise the next test finds a definition that is about to go.
      await waitFor({ what: `${name} is gone`, look: () => find(name), until: (found) => found === undefined })
    }
  }
}
