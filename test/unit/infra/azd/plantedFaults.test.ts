import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkAzCommands } from '../../../../dev/infra/azCommands/check.ts'
import { checkHooks } from '../../../../dev/infra/azd/hooks.ts'
import { checkPipelineVariables } from '../../../../dev/infra/azd/pipelineVariables.ts'
import type { Check } from '../../../../dev/infra/checks.ts'
import { describeFinding } from '../../../../dev/infra/finding.ts'
import { checkAzureYaml, checkGithubFiles, checkHostJson } from '../../../../dev/infra/schemas.ts'
import { root } from '../../docs/documents.ts'

// A copy of what the checks read, in which faults can be planted.
let copy: string
beforeAll(() => {
  copy = `${mkdtempSync(join(tmpdir(), 'planted-'))}/`
  for (const path of ['azure.yaml', 'host.json', 'infra', 'docs', '.github', 'README.md']) {
    cpSync(root + path, copy + path, { recursive: true })
  }
})
afterAll(() => rmSync(copy, { recursive: true }))

/** What a check says while a text is replaced, a line for each finding. */
async function said(check: Check, { file, from, to }: { file: string; from: string; to: string }): Promise<string[]> {
  const text = readFileSync(copy + file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(copy + file, text.replace(from, to))
  try {
    return (await check(copy)).map(describeFinding)
  } finally {
    writeFileSync(copy + file, text)
  }
}

const checks = {
  checkAzureYaml,
  checkHostJson,
  checkGithubFiles,
  checkHooks,
  checkPipelineVariables,
  checkAzCommands,
}

test.each(Object.entries(checks))('%s finds nothing in what is committed', async (_name, check) => {
  expect((await check(copy)).map(describeFinding)).toEqual([])
})

describe.each([
  {
    what: 'an unknown key of a service in azure.yaml',
    check: checkAzureYaml,
    plant: { file: 'azure.yaml', from: 'remoteBuild: false', to: 'remoteBuilt: false' },
    finding: 'azure.yaml: /services/functions must NOT have additional properties: remoteBuilt',
  },
  {
    what: 'an unknown hook in azure.yaml',
    check: checkAzureYaml,
    plant: { file: 'azure.yaml', from: '  predown:', to: '  beforedown:' },
    finding: 'azure.yaml: /hooks must NOT have additional properties: beforedown',
  },
  {
    what: 'an unknown key of a hook in azure.yaml',
    check: checkAzureYaml,
    plant: { file: 'azure.yaml', from: 'shell: sh', to: 'shel: sh' },
    finding: 'azure.yaml: /hooks/preprovision/posix must NOT have additional properties: shel',
  },
  {
    what: 'a value of the wrong type in azure.yaml',
    check: checkAzureYaml,
    plant: { file: 'azure.yaml', from: 'remoteBuild: false', to: 'remoteBuild: "no"' },
    finding: 'azure.yaml: /services/functions/remoteBuild must be boolean',
  },
  {
    what: 'a hook whose file is missing',
    check: checkHooks,
    plant: { file: 'azure.yaml', from: 'main.mjs postdeploy', to: 'main.mjs smokeTest' },
    finding: 'azure.yaml: hook postdeploy: there is no infra/hooks/smokeTest.ts',
  },
  {
    what: 'a hook that is another one on Windows',
    check: checkHooks,
    plant: { file: 'azure.yaml', from: 'main.mjs predown; exit', to: 'main.mjs postdeploy; exit' },
    finding: 'azure.yaml: hook predown: it is another one on Windows',
  },
  {
    what: 'a setting that a pipeline would not have',
    check: checkPipelineVariables,
    plant: { file: 'azure.yaml', from: '    - WITH_GPU\n', to: '' },
    finding: 'azure.yaml: pipeline.variables lacks WITH_GPU',
  },
  {
    what: 'a wrong value in host.json',
    check: checkHostJson,
    plant: { file: 'host.json', from: '"00:10:00"', to: '600' },
    finding: 'host.json: /functionTimeout must be string',
  },
  {
    what: 'an unknown key in a workflow',
    check: checkGithubFiles,
    plant: { file: '.github/workflows/azure-dev.yml', from: 'permissions:', to: 'permission:' },
    finding: '.github/workflows/azure-dev.yml: the file must NOT have additional properties: permission',
  },
  {
    what: 'a wrong value for Dependabot',
    check: checkGithubFiles,
    plant: { file: '.github/dependabot.yml', from: 'interval: monthly', to: 'interval: fortnightly' },
    finding: '.github/dependabot.yml: /updates/3/schedule/interval must be equal to one of the allowed values',
  },
  {
    what: 'an option that az does not have, in a hook',
    check: checkAzCommands,
    plant: { file: 'infra/hooks/kubernetes/image.ts', from: '--platform linux', to: '--platfrom linux' },
    finding: /^infra\/hooks\/kubernetes\/image\.ts:\d+: az acr build of az 2\.91\.0 has no option --platfrom/,
  },
  {
    what: 'an option that a command needs, in a hook',
    check: checkAzCommands,
    plant: { file: 'infra/hooks/preflight/region.ts', from: '--runtime node ', to: '' },
    finding: /^infra\/hooks\/preflight\/region\.ts:\d+: az functionapp list-flexconsumption-runtimes needs --runtime/,
  },
  {
    what: 'a command that az does not have, in a document',
    check: checkAzCommands,
    plant: { file: 'docs/real-clusters.md', from: 'az aks show', to: 'az aks display' },
    finding: /^docs\/real-clusters\.md:\d+: az 2\.91\.0 has no command "aks display"/,
  },
  {
    what: 'an option that az does not have, within the argument of another az',
    check: checkAzCommands,
    plant: { file: 'docs/real-clusters.md', from: '"$(az identity show -g', to: '"$(az identity show --group' },
    finding: /^docs\/real-clusters\.md:\d+: az identity show of az 2\.91\.0 has no option --group/,
  },
  {
    what: 'an option that az does not have, in a workflow',
    check: checkAzCommands,
    plant: { file: '.github/workflows/ci.yml', from: 'az bicep install', to: 'az bicep install --latest' },
    finding: /^\.github\/workflows\/ci\.yml:\d+: az bicep install of az 2\.91\.0 has no option --latest/,
  },
])('$what', ({ check, plant, finding }) => {
  test('is found, with its file and its cause', async () => {
    const matching = typeof finding === 'string' ? finding : expect.stringMatching(finding)
    expect(await said(check, plant)).toContainEqual(matching)
  })
})
