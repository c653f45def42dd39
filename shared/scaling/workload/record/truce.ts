import type { Workload } from '../../cluster/workload.ts'

/** A tool that sets replicas again from Git, and the annotation by which it leaves one object alone. */
interface Truce {
  annotation: string
  /** Whether the tool looks after the workload. */
  isWith(workload: Workload): boolean
}

/** Every truce, by the field of the record that remembers what the annotation was before. */
export const truces = {
  // https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
  fluxReconcile: {
    annotation: 'kustomize.toolkit.fluxcd.io/reconcile',
    isWith: ({ kustomization }) => kustomization !== undefined,
  },
  // DriftDetectionMetadataKey in helm-controller api/v2/helmrelease_types.go. An upgrade of the release ignores it.
  fluxDriftDetection: {
    annotation: 'helm.toolkit.fluxcd.io/driftDetection',
    isWith: ({ helmRelease }) => helmRelease !== undefined,
  },
} as const satisfies Record<string, Truce>

export type TruceField = keyof typeof truces
export const truceFields = Object.keys(truces) as TruceField[]

/** What the annotation of each truce was before; empty when it was not there, and without the field when there is no truce. */
export type Truces = { [Field in TruceField]?: string | undefined }

const disabled = 'disabled'

/** Flux compares whatever the case (`AnyInMetadata` in fluxcd/pkg ssa/utils). */
export const isDisabled = (value: string | undefined): boolean => value?.toLowerCase() === disabled

// A label remembers it as well.
const rememberable = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/

/**
 * What to remember of a workload that is put to zero. A truce that is still kept, or that `kubectl rollout undo` has
 * brought back, is not taken for what somebody wrote. A value that no label can have gets no truce.
 */
export function trucesWith(workload: Workload, earlier: Truces): Truces {
  const found = truceFields.flatMap((field) => {
    const { annotation, isWith } = truces[field]
    const current = workload.annotations?.[annotation]
    const kept = isDisabled(current) ? earlier[field] : undefined
    const before = kept ?? current ?? ''
    return (isWith(workload) || kept !== undefined) && rememberable.test(before) ? [[field, before] as const] : []
  })
  return Object.fromEntries(found)
}

/** The annotations of the truces that a workload keeps while it sleeps. */
export const annotationsOfTruce = ({ annotations }: Workload, kept: Truces): Record<string, string | undefined> =>
  Object.fromEntries(
    truceFields
      .filter((field) => kept[field] !== undefined)
      .map((field) => truces[field].annotation)
      .map((key) => [key, isDisabled(annotations?.[key]) ? annotations?.[key] : disabled]),
  )

/** The annotations of the truces that hold. */
export const keptTruces = (annotations: Workload['annotations'], kept: Truces): string[] =>
  truceFields
    .filter((field) => kept[field] !== undefined)
    .map((field) => truces[field].annotation)
    .filter((key) => isDisabled(annotations?.[key]))

/** The same annotations once it wakes: as they were before, unless somebody has changed them meanwhile. */
export const annotationsAfterTruce = ({ annotations }: Workload, kept: Truces): Record<string, string | undefined> =>
  Object.fromEntries(
    truceFields
      .filter((field) => kept[field] !== undefined)
      .map((field) => {
        const { annotation } = truces[field]
        const current = annotations?.[annotation]
        return [annotation, isDisabled(current) ? kept[field] || undefined : current]
      }),
  )
