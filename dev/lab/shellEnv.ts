import { dirname } from 'node:path'
import type { Lab } from './index.ts'

/** Shell lines that put a person's shell on the lab: what there is is exported, what there is not is unset. */
export function shellEnv(lab: Lab): string {
  const hosts = lab.hosts
    ? { FUNCTIONS_URL: lab.functionsUrl, FUNCTIONS_KEY: lab.functionsKey, SCALE_API_URL: lab.scaleApiUrl }
    : { FUNCTIONS_URL: undefined, FUNCTIONS_KEY: undefined, SCALE_API_URL: undefined }
  const variables = { KUBECONFIG: lab.kubeconfig, ...hosts, API_KEY: lab.apiKey }
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`,
  )
  return [...lines, `export PATH=${quoted(dirname(lab.kubectl))}:"$PATH"`].join('\n')
}

/** One word for sh, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}
