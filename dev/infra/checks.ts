import { checkTemplates } from './checkTemplates.ts'
import type { Finding } from './finding.ts'
import { checkFunctionAppFiles } from './functionAppFiles.ts'

/** A check of what is deployed. `root` is the folder of the project, with a slash at its end. */
export type Check = (root: string) => Promise<Finding[]>

/** All checks of `npm run check:infra`, by what they look at. */
export const checks: Record<string, Check> = {
  templates: checkTemplates,
  'function app': checkFunctionAppFiles,
}
