import { globSync, readFileSync } from 'node:fs'
import { Ajv, type AnySchema } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { load } from 'js-yaml'
import type { Finding } from './finding.ts'

// These schemas were not written for a strict validator: they use formats and keywords that it does not know.
const options = { strict: false, validateFormats: false, allErrors: true }

interface AzdSchema {
  additionalProperties?: boolean
  properties: { services: { additionalProperties: { additionalProperties?: boolean } } }
}

const readSchema = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/schemas/${name}.schema.json`, import.meta.url), 'utf8')

/** The places at which azure.yaml is not as azd wants it. */
export async function checkAzureYaml(root: string): Promise<Finding[]> {
  const text = readSchema('azure.yaml')
  const schema = JSON.parse(text) as AzdSchema
  // azd reads past a key that it does not know, so a misspelt one does nothing.
  schema.additionalProperties = false
  schema.properties.services.additionalProperties.additionalProperties = false
  const ajv = new Ajv2019(options)
  // azd's extensions have schemas of their own elsewhere. None of these is for a service of ours.
  const elsewhere = new Set([...text.matchAll(/"\$ref": "(https:[^"]+)"/g)].map(([, address]) => address))
  for (const address of elsewhere) ajv.addSchema({}, address)
  return faultsOf(ajv, schema, { file: 'azure.yaml', content: load(readFileSync(`${root}azure.yaml`, 'utf8')) })
}

/** The places at which host.json is not as the Functions host wants it. */
export async function checkHostJson(root: string): Promise<Finding[]> {
  const content = JSON.parse(readFileSync(`${root}host.json`, 'utf8')) as unknown
  return faultsOf(new Ajv(options), JSON.parse(readSchema('host')) as AnySchema, { file: 'host.json', content })
}

/** The places at which the workflows and Dependabot's configuration are not as GitHub wants them. */
export async function checkGithubFiles(root: string): Promise<Finding[]> {
  const workflows = globSync('.github/workflows/*.yml', { cwd: root })
  const faultsByGithub = (name: string, file: string) => {
    const content = load(readFileSync(root + file, 'utf8'))
    return faultsOf(new Ajv(options), JSON.parse(readSchema(name)) as AnySchema, { file, content })
  }
  return [
    ...workflows.flatMap((file) => faultsByGithub('github-workflow', file)),
    ...faultsByGithub('dependabot', '.github/dependabot.yml'),
  ]
}

function faultsOf(
  ajv: Ajv | Ajv2019,
  schema: AnySchema | AzdSchema,
  { file, content }: { file: string; content: unknown },
): Finding[] {
  const validate = ajv.compile(schema as AnySchema)
  validate(content)
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ instancePath, message, params }) => {
      const key = 'additionalProperty' in params ? `: ${params.additionalProperty}` : ''
      return { file, message: `${instancePath === '' ? 'the file' : instancePath} ${message}${key}` }
    })
}
