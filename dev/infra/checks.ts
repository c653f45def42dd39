import { checkAzCommands } from './azCommands/check.ts'
import { checkHooks } from './azd/hooks.ts'
import { checkPipelineVariables } from './azd/pipelineVariables.ts'
import { checkTemplates } from './checkTemplates.ts'
import type { Finding } from './finding.ts'
import { checkFunctionAppFiles } from './functionAppFiles.ts'
import { checkAzureYaml, checkGithubFiles, checkHostJson } from './schemas.ts'
import { checkWorkflows } from './workflows.ts'

/** A check of what is deployed. `root` is the folder of the project, with a slash at its end. */
export type Check = (root: string) => Promise<Finding[]>

/** All checks of `npm run check:infra`, by what they look at. */
export const checks: Record<string, Check> = {
  templates: checkTemplates,
  'function app': checkFunctionAppFiles,
  'azure.yaml': checkAzureYaml,
  'host.json': checkHostJson,
  'files of GitHub': checkGithubFiles,
  hooks: checkHooks,
  'pipeline variables': checkPipelineVariables,
  'az commands': checkAzCommands,
  workflows: checkWorkflows,
}
