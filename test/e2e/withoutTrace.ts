import { wokenAnnotations } from '../../shared/scaling/index.ts'

/** Annotations as people wrote them: without the trace of who woke the workload last, which it keeps until it sleeps again. */
export function withoutTrace(annotations: Record<string, string> = {}): Record<string, string> {
  const traces: string[] = Object.values(wokenAnnotations)
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !traces.includes(key)))
}
