import type { Variant } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'

export const brokenRules = (_root: string, _variants: Variant[]): Finding[] => []
