import { ChartError, changed } from './change.ts'
import { type Template, templates } from './templates.ts'
import { valuesSchema } from './values.ts'
import { valuesFile } from './valuesFile.ts'

export { blockOf, ChartError, changed } from './change.ts'
export type { JsonSchema } from './jsonSchema.ts'
export { notValues, settingSchemas } from './settings.ts'
export { templates } from './templates.ts'
export { defaults, type Value, valuesByPath, valuesSchema } from './values.ts'

type Read = (path: string) => string

/** The folder of the chart, from the project's root. */
export const chart = 'charts/aks-scale-to-zero'

const manifests = 'scale-api/manifests'

function templateOf({ manifest, when, changes = [] }: Template, read: Read): string {
  const path = `${manifests}/${manifest}`
  try {
    const text = changes.reduce(changed, read(path))
    const head = `{{- /* Written by npm run fix from ${path}: change that file, or dev/chart/templates.ts. */}}\n`
    return when === undefined ? head + text : `${head}{{- if ${when} }}\n${text}{{- end }}\n`
  } catch (error) {
    if (error instanceof ChartError) throw new ChartError(`${path}: ${error.message}`)
    throw error
  }
}

/** Chart.yaml with the version of the package, which is that of the image as well. */
function chartYaml(text: string, read: Read): string {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  return text.replace(/^version: .*$/m, `version: ${version}`).replace(/^appVersion: .*$/m, `appVersion: "${version}"`)
}

/** The files of the chart that follow the code and the manifests, by their paths. @throws ChartError */
export const chartFiles: Record<string, (text: string, read: Read) => string> = {
  [`${chart}/Chart.yaml`]: chartYaml,
  [`${chart}/values.yaml`]: () => valuesFile(),
  [`${chart}/values.schema.json`]: () => `${JSON.stringify(valuesSchema, undefined, 2)}\n`,
  ...Object.fromEntries(
    ['alerts.yaml', 'dashboard.json'].map((file) => [
      `${chart}/files/${file}`,
      (_text: string, read: Read) => read(`scale-api/monitoring/${file}`),
    ]),
  ),
  ...Object.fromEntries(
    templates.map((template) => [
      `${chart}/templates/${template.manifest.replace('00-', '')}`,
      (_text: string, read: Read) => templateOf(template, read),
    ]),
  ),
}
