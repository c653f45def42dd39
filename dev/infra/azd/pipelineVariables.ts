import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { variablesOf } from '../../../infra/hooks/preflight/parameters.ts'
import type { Finding } from '../finding.ts'

/** azd hands these to a pipeline by itself, or finds them out there, as the preflight does. */
const byItself = [
  'AZURE_ENV_NAME',
  'AZURE_LOCATION',
  'AZURE_PRINCIPAL_ID',
  'AZURE_PRINCIPAL_TYPE',
  'AZURE_EXISTING_NODE_POOLS',
]

/** What the hooks alone read. */
const ofHooks = ['SCALE_API_IMAGE', 'WITH_SAMPLES']

/** Whether `azd pipeline config` hands on every setting of a deployment: a pipeline without one would undo it. */
export async function checkPipelineVariables(root: string): Promise<Finding[]> {
  const read = variablesOf(readFileSync(`${root}infra/main.bicepparam`, 'utf8'))
  const wanted = [...read.map(({ variable }) => variable).filter((name) => !byItself.includes(name)), ...ofHooks]
  const { pipeline } = load(readFileSync(`${root}azure.yaml`, 'utf8')) as { pipeline?: { variables?: string[] } }
  const given = pipeline?.variables ?? []
  const fault = (message: string): Finding => ({ file: 'azure.yaml', message: `pipeline.variables ${message}` })
  return [
    ...wanted.filter((name) => !given.includes(name)).map((name) => fault(`lacks ${name}`)),
    ...given.filter((name) => !wanted.includes(name)).map((name) => fault(`has ${name}, which nothing reads`)),
  ]
}
