import { readFileSync } from 'node:fs'
import type { Bicep } from 'bicep-node'
import { TableError } from '../../tables/markdown.ts'
import { type Templates, withParameters, withTranslatedParameters } from '../../tables/parameters.ts'
import type { Finding } from '../finding.ts'

/** The documents with a table of the parameters. */
const documents = [
  {
    file: 'docs/deploy.md',
    render: (text: string, templates: Templates) => withParameters(text, 'Variable', templates),
  },
  {
    file: 'docs/deploy.ja.md',
    render: (text: string, templates: Templates) => withTranslatedParameters(text, '変数', templates),
  },
]

/** The documents whose table of parameters is not what main.bicep says, as they should be, and what people must write. */
export async function staleParameters(
  bicep: Bicep,
  root: string,
): Promise<{ stale: { file: string; text: string }[]; findings: Finding[] }> {
  const templates = await templatesOf(bicep, root)
  const stale: { file: string; text: string }[] = []
  const findings: Finding[] = []
  for (const { file, render } of documents) {
    try {
      const present = readFileSync(root + file, 'utf8')
      const text = render(present, templates)
      if (text !== present) stale.push({ file, text })
    } catch (error) {
      if (!(error instanceof TableError)) throw error
      findings.push({ file, message: error.message })
    }
  }
  return { stale, findings }
}

/** The documents whose table of parameters is not what main.bicep says. */
export async function parameterFaults(bicep: Bicep, root: string): Promise<Finding[]> {
  const { stale, findings } = await staleParameters(bicep, root)
  const message = 'its table of parameters is not what infra/main.bicep says: npm run check:infra -- --write'
  return [...findings, ...stale.map(({ file }) => ({ file, message }))]
}

async function templatesOf(bicep: Bicep, root: string): Promise<Templates> {
  const { parameters } = await bicep.getMetadata({ path: `${root}infra/main.bicep` })
  return {
    bicepparam: readFileSync(`${root}infra/main.bicepparam`, 'utf8'),
    described: new Map(
      parameters.map(({ name, type, description = '' }) => [name, { description, values: valuesOf(type?.name ?? '') }]),
    ),
  }
}

/** The values of a type such as `'Free' | 'Standard'`. */
const valuesOf = (type: string): string[] =>
  /^'[^']*'(?: \| '[^']*')*$/.test(type) ? [...type.matchAll(/'([^']*)'/g)].map(([, value = '']) => value) : []
