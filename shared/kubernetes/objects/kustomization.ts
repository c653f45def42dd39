import { type Kustomization, kindNames, kinds } from '../../scaling/index.ts'

/** The parts of a Kustomization of Flux that we read. https://fluxcd.io/flux/components/kustomize/api/v1/ */
export interface KustomizationObject {
  spec?: { prune?: boolean; kubeConfig?: object }
  status?: { inventory?: { entries?: { id?: string }[] } }
}

// The rest of an inventory may be thousands of objects of other kinds.
const endings = kindNames.map((kind) => `_${kinds[kind].resource.group}_${kind}`)
const isOfOurKinds = (id: string | undefined): id is string => endings.some((ending) => id?.endsWith(ending))

/** A Kustomization as the domain sees it. */
export function kustomizationOf({ spec, status }: KustomizationObject): Kustomization {
  const inventory = spec?.kubeConfig === undefined ? status?.inventory : undefined
  return {
    prunes: spec?.prune === true,
    inventory: inventory && new Set((inventory.entries ?? []).map(({ id }) => id).filter(isOfOurKinds)),
  }
}
