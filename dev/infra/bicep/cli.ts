import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Bicep } from 'bicep-node'

/** What azd would know in a deployment: main.bicepparam reads these from the environment, and nothing else is set. */
const deployment = { AZURE_ENV_NAME: 'check', AZURE_LOCATION: 'japaneast' }

/** The Bicep CLI: the first one on PATH, otherwise the one that `az bicep install` has installed. */
export function findBicep({ PATH = '' }: Record<string, string | undefined>): string | undefined {
  const file = process.platform === 'win32' ? 'bicep.exe' : 'bicep'
  const folders = [...PATH.split(delimiter).filter((folder) => folder !== ''), join(homedir(), '.azure', 'bin')]
  return folders.map((folder) => join(folder, file)).find(isExecutable)
}

/**
 * Starts the Bicep CLI, which then answers many requests quickly. Its `dispose` ends it.
 * @param path of the CLI
 */
export async function openBicep(path: string): Promise<Bicep> {
  // bicep-node passes on the environment of this process, in which somebody may have set a parameter.
  const environment = process.env
  const { PATH = '', HOME = '' } = environment
  // Optimizing for a long life costs Bicep more than it gains: it lives for a few seconds.
  process.env = { PATH, HOME, DOTNET_TieredPGO: '0', ...deployment }
  const started = Bicep.initialize(path)
  process.env = environment
  return await started
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
