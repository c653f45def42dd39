import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FakeAzure } from '../../../dev/azure/index.ts'

/** The outcome of a call of the SDK: its value or its error. */
export interface Outcome {
  // Each test knows the form of the value that it expects.
  value?: Record<string, unknown> & { [index: number]: Record<string, unknown> }
  error?: { name: string; code?: string; statusCode?: number; message: string }
}

type Call = 'token' | 'refreshedToken' | 'cluster' | 'pools' | 'pool' | 'kubeconfig'

/** Makes these calls, one after the other, in a process that knows only the fake Azure. */
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
