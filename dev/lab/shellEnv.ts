import { dirname } from 'node:path'
import { shellQuote } from '../shellQuote.ts'
import type { Lab } from './index.ts'

/** Shell lines that point a person's shell at the lab. They unset the variables that this lab does not have. */
export function shellEnv(lab: Lab): string {
  const hosts = lab.hosts
    ? { FUNCTIONS_URL: lab.functionsUrl, FUNCTIONS_KEY: lab.functionsKey, SCALE_API_URL: lab.scaleApiUrl }
    : { FUNCTIONS_URL: undefined, FUNCTIONS_KEY: undefined, SCALE_API_URL: undefined }
  const variables = { KUBECONFIG: lab.kubeconfig, ...hosts, API_KEY: lab.apiKey }
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${shellQuote(value)}`,
  )
  return [...lines, `export PATH=${shellQuote(dirname(lab.kubectl))}:"$PATH"`].join('\n')
}
