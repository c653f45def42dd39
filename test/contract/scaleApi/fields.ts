import { expect } from '@jest/globals'
import type { V1Deployment } from '@kubernetes/client-node'

/** The names of the annotations that this product has put on a Deployment. */
export const ourAnnotations = ({ metadata }: Pick<V1Deployment, 'metadata'>): string[] =>
  Object.keys(metadata?.annotations ?? {}).filter((key) => key.startsWith('aks-scale-to-zero/'))

/** A time as the API writes it. */
export const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

/** The trace that waking leaves until the workload sleeps again. */
export const trace = { 'aks-scale-to-zero/woken-at': isoTime, 'aks-scale-to-zero/woken-by': expect.any(String) }

export const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
