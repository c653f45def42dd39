import { readdirSync, readFileSync } from 'node:fs'
import { HookError } from '../run/hookError.ts'
import { root } from '../run/root.ts'

/** A manifest, and how it gets into the cluster. */
export interface Step {
  what: string
  /** The text for `kubectl -f -`. */
  manifest: string
  /**
   * `apply`: what differs from the manifest is changed. `create`: only what is missing is made, since applying the
   * replicas of a workload would wake it.
   */
  how: 'apply' | 'create'
}

export interface Wanted {
  /** The object id of the function app's identity, by which AKS knows it. */
  objectId: string
  /** The image of scale-api; undefined: the cluster gets no scale-api. */
  image: string | undefined
  withGpu: boolean
  withSamples: boolean
}

const read = (path: string) => readFileSync(root + path, 'utf8')
const objectIdInManifest = '00000000-0000-0000-0000-000000000000'
const imageInManifest = 'image: scale-api:latest'
const scaleApi = 'scale-api/manifests'
/** The function app needs them as well, so they are applied with or without scale-api. */
const ofBothHosts = {
  'admission-policy.yaml': 'the admission policy',
  '00-namespace.yaml': 'the namespace of this system',
  'leases.yaml': 'the heartbeats of the timers',
}

/** What the function app needs in the cluster. It comes first, and needs no image. */
export function functionAppSteps({ objectId }: Pick<Wanted, 'objectId'>): Step[] {
  return [
    ...Object.entries(ofBothHosts).map(
      ([name, what]): Step => ({ what, manifest: read(`${scaleApi}/${name}`), how: 'apply' }),
    ),
    {
      what: `the rights of the function app, whose identity has the object id ${objectId}`,
      manifest: replaced('infra/manifests/function-rbac.yaml', objectIdInManifest, objectId),
      how: 'apply',
    },
  ]
}

/** Everything of scale-api in its namespace, with the image put in. */
export function scaleApiSteps(image: string): Step[] {
  const files = readdirSync(root + scaleApi).filter((name) => !(name in ofBothHosts))
  return files.toSorted().map((name) => {
    const path = `${scaleApi}/${name}`
    const manifest = name === 'deployment.yaml' ? replaced(path, imageInManifest, `image: ${image}`) : read(path)
    return { what: `scale-api: ${name}`, manifest, how: 'apply' }
  })
}

/** What is asked for beside: the device plugin of the GPU pools, and the sample projects. */
export function optionalSteps({ withGpu, withSamples }: Pick<Wanted, 'withGpu' | 'withSamples'>): Step[] {
  const plugin = 'infra/manifests/nvidia-device-plugin.yaml'
  const samples = withSamples ? (withGpu ? ['app-a', 'app-b'] : ['app-a']) : []
  return [
    ...(withGpu ? [{ what: "NVIDIA's device plugin", manifest: read(plugin), how: 'apply' } as const] : []),
    ...samples.flatMap((sample): Step[] =>
      ['00-namespace.yaml', 'resourcequota.yaml', 'deployment.yaml'].map((name) => ({
        what: `sample ${sample}: ${name}`,
        manifest: read(`samples/${sample}/${name}`),
        how: name === 'deployment.yaml' ? 'create' : 'apply',
      })),
    ),
  ]
}

/** A manifest with a placeholder filled in. @throws HookError when it has none, which would apply the placeholder's value */
function replaced(path: string, placeholder: string, value: string): string {
  const text = read(path)
  if (!text.includes(placeholder))
    throw new HookError(`${path} has no "${placeholder}" to fill in`, `git checkout ${path}`)
  return text.replaceAll(placeholder, value)
}
