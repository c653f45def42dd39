import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { componentsOf } from './lab.ts'
import { readState } from './labState.ts'
import { type LabPaths, labPaths } from './paths.ts'

/** Which components were started and run no more, with the end of their logs; empty when there is none. */
export async function deadComponents(cache: string, name: string): Promise<string> {
  const state = await readState(cache, name)
  if (!state) return ''
  const lines = componentsOf(state, labPaths(cache, name)).map(async ({ component, pid, log }) => {
    const end = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n    ')
    // One without a log was not started yet.
    return pid === undefined && end !== '' ? `${component} is not running. Its log ends with\n    ${end}` : ''
  })
  return (await Promise.all(lines)).filter((line) => line !== '').join('\n')
}

/** Removes all of a lab but its logs, for whoever wants to know why it did not start. `down` removes these too. */
export async function keepLogsOnly(paths: LabPaths): Promise<void> {
  const kwokLogs = join(paths.kwokCluster, 'logs')
  for (const log of await readdir(kwokLogs).catch(() => [])) {
    await writeFile(join(paths.logs, log), await readFile(join(kwokLogs, log)))
  }
  const others = (await readdir(paths.dir).catch(() => [])).map((entry) => join(paths.dir, entry))
  await Promise.all(
    others.filter((path) => path !== paths.logs).map((path) => rm(path, { recursive: true, force: true })),
  )
}
