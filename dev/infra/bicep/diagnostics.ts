import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Bicep } from 'bicep-node'
import type { Finding } from '../finding.ts'
import { bicepFiles } from './files.ts'

type Diagnostic = Awaited<ReturnType<Bicep['compile']>>['diagnostics'][number]

// An error in a module shows in each file that uses it as well. Alone it says nothing.
const moduleHasErrors = 'BCP104'

/**
 * Everything that Bicep says of main.bicep and main.bicepparam, with all modules. A warning is a fault, too: Bicep has
 * no error for a property or a version that does not exist.
 */
export async function diagnosticsOf(bicep: Bicep, root: string): Promise<Finding[]> {
  const main = `${root}infra/main.bicep`
  const answers = [
    await bicep.compile({ path: main }),
    await bicep.compileParams({ path: `${main}param`, parameterOverrides: {} }),
  ]
  const all = answers.flatMap(({ diagnostics }) => diagnostics)
  const told = all.filter(({ code }) => code !== moduleHasErrors)
  const findings = (told.length > 0 ? told : all).map((diagnostic) => findingOf(diagnostic, root))
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]
}

const findingOf = ({ source, range, code, message }: Diagnostic, root: string): Finding => ({
  file: relative(root, source.replace(/^file:\/\//, '')),
  line: range.start.line + 1,
  message: `${code}: ${message}`,
})

/** The Bicep files that no deployment uses, so that Bicep says nothing of them. */
export async function unusedFiles(bicep: Bicep, root: string): Promise<Finding[]> {
  const { filePaths } = await bicep.getFileReferences({ path: `${root}infra/main.bicepparam` })
  const used = new Set(filePaths.map((path) => relative(root, path)))
  return bicepFiles(root)
    .filter((file) => !used.has(file))
    .map((file) => ({ file, message: 'main.bicep does not use it: use it, or delete it' }))
}

/** The parameters, outputs and types that have no description: documents are made of these. */
export async function undescribed(bicep: Bicep, root: string): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const file of bicepFiles(root)) {
    const { parameters, outputs, exports } = await bicep.getMetadata({ path: root + file })
    for (const { name, range, description = '' } of [...parameters, ...outputs, ...exports]) {
      if (description === '') findings.push({ file, line: range.start.line + 1, message: `${name} has no description` })
    }
  }
  return findings
}

/** The version of a type of resource that a file asks for. */
export interface ApiVersion {
  file: string
  line: number
  type: string
  version: string
}

/** Every version of a type that the templates name. */
export const apiVersions = (root: string): ApiVersion[] =>
  bicepFiles(root).flatMap((file) =>
    readFileSync(root + file, 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const [, type, version] = /'(Microsoft\.[\w./]+)@([\w-]+)'/.exec(text) ?? []
        return type === undefined || version === undefined ? [] : [{ file, line: index + 1, type, version }]
      }),
  )

// There is no stable version with categoryGroup. The compiler proposes an older one that lacks it.
const allowedPreviews = ['Microsoft.Insights/diagnosticSettings']

/** The resources of a preview version, which Azure may change or end at any time. */
export const previewVersions = (root: string): Finding[] =>
  apiVersions(root)
    .filter(({ type, version }) => version.endsWith('-preview') && !allowedPreviews.includes(type))
    .map(({ file, line, type, version }) => ({
      file,
      line,
      message: `${type}@${version} is a preview version: take a stable one`,
    }))
