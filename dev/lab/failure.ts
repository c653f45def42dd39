import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { componentsOf } from './lab.ts'
import { readState } from './labState.ts'
import { type LabPaths, labPaths } from './paths.ts'

/**
 * Reports on a lab that did not start: the components that were started and have ended, with the end of their logs, and
 * the folder of all logs, because a component may run and still not work. Empty when nothing was started.
 */
export async function postMortem(cache: string, name: string): Promise<string> {
  const state = await readState(cache, name)
  if (!state) return ''
  const paths = labPaths(cache, name)
  const lines = componentsOf(state, paths).map(async ({ component, pid, log }) => {
    const end = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n    ')
    // A component without a log has not been started.
    return pid === undefined && end !== '' ? `${component} is not running. Its log ends with\n    ${end}` : ''
  })
  return [...(await Promise.all(lines)), `The logs are in ${paths.logs}`].filter((line) => line !== '').join('\n')
}

/** Removes everything of a lab except its logs, which tell why it did not start. `down` removes these, too. */
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
