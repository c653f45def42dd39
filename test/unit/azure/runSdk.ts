import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FakeAzure } from '../../../dev/azure/index.ts'

/** What a call of the SDK gave: its value, or what it threw. */
export interface Outcome {
  // What a test expects of it, it says itself.
  value?: Record<string, unknown> & { [index: number]: Record<string, unknown> }
  error?: { name: string; code?: string; statusCode?: number; message: string }
}

type Call = 'token' | 'refreshedToken' | 'cluster' | 'pools' | 'pool' | 'kubeconfig'

/** Makes these calls, one after the other, in a process that is led to the fake and to nowhere else. */
export async function runSdk(
  azure: FakeAzure,
  calls: (Call | [Call, string])[],
  env: Record<string, string> = {},
): Promise<Outcome[]> {
  const script = fileURLToPath(new URL('sdk.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, JSON.stringify(calls.map((call) => [call].flat()))],
    { env: { ...azure.env(), ...env } },
  )
  return JSON.parse(stdout)
}
