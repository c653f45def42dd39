import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { componentsOf } from './lab.ts'
import { readState } from './labState.ts'
import { type LabPaths, labPaths } from './paths.ts'

/**
 * For a lab that did not start: which components were started and run no more, with the end of their logs, and where all
 * logs are then, for one may run and still be of no use. Empty when nothing was started.
 */
export async function postMortem(cache: string, name: string): Promise<string> {
  const state = await readState(cache, name)
  if (!state) return ''
  const paths = labPaths(cache, name)
  const lines = componentsOf(state, paths).map(async ({ component, pid, log }) => {
    const end = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n    ')
    // One without a log was not started yet.
    return pid === undefined && end !== '' ? `${component} is not running. Its log ends with\n    ${end}` : ''
  })
  return [...(await Promise.all(lines)), `The logs are in ${paths.logs}`].filter((line) => line !== '').join('\n')
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
