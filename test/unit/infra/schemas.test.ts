import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Ajv, type AnySchema } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { load } from 'js-yaml'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

// These schemas were not written for a strict validator: they use formats and keywords that it does not know.
const options = { strict: false, validateFormats: false, allErrors: true }

/** The places at which a file is not as its schema wants it. */
function faultsOf(validator: Ajv | Ajv2019, name: string, content: unknown): string[] {
  const schema = read(`test/fixtures/schemas/${name}.schema.json`)
  // azd's extensions have schemas of their own elsewhere. None of these is for a service of ours.
  const elsewhere = new Set([...schema.matchAll(/"\$ref": "(https:[^"]+)"/g)].map(([, address]) => address))
  for (const address of elsewhere) validator.addSchema({}, address)
  const validate = validator.compile(JSON.parse(schema) as AnySchema)
  validate(content)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const faultsOfAzureYaml = (content: unknown) => faultsOf(new Ajv2019(options), 'azure.yaml', content)
const faultsOfHostJson = (content: unknown) => faultsOf(new Ajv(options), 'host', content)

test('azure.yaml is as azd wants it', () => {
  const azure = load(read('azure.yaml')) as { services: { functions: object } }
  expect(faultsOfAzureYaml(azure)).toEqual([])
  const wrong = { ...azure, services: { functions: { ...azure.services.functions, remoteBuild: 'no' } } }
  expect(faultsOfAzureYaml(wrong)).not.toEqual([])
})

test('host.json is as the Functions host wants it', () => {
  const host = JSON.parse(read('host.json')) as { logging: object }
  expect(faultsOfHostJson(host)).toEqual([])
  expect(faultsOfHostJson({ ...host, functionTimeout: 600 })).not.toEqual([])
})
