import { existsSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import type { Finding } from '../finding.ts'

interface HookConfig {
  run?: string
  posix?: { run?: string }
  windows?: { run?: string }
}

const entry = /^node (infra\/hooks\/main\.mjs) (\w+)(; exit \$LASTEXITCODE)?$/

/** Whether each hook of azure.yaml runs a file that exists, the same one on every system. */
export async function checkHooks(root: string): Promise<Finding[]> {
  const { hooks = {} } = load(readFileSync(`${root}azure.yaml`, 'utf8')) as { hooks?: Record<string, HookConfig> }
  return Object.entries(hooks).flatMap(([name, { run, posix, windows }]) => {
    const commands = [run, posix?.run, windows?.run].filter((command) => command !== undefined)
    const fault = (message: string): Finding => ({ file: 'azure.yaml', message: `hook ${name}: ${message}` })
    const named = commands.map((command) => entry.exec(command))
    return [
      ...commands.flatMap((command, index) => {
        const [, main, hook] = named[index] ?? []
        if (main === undefined) return [fault(`"${command}" is not "node infra/hooks/main.mjs <hook>"`)]
        const files = [main, `infra/hooks/${hook}.ts`]
        return files.filter((file) => !existsSync(root + file)).map((file) => fault(`there is no ${file}`))
      }),
      ...(new Set(named.map((found) => found?.[2])).size > 1 ? [fault('it is another one on Windows')] : []),
    ]
  })
}
