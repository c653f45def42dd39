import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startOf } from './processes.ts'
import { pause } from './waitFor.ts'

type Wait = { report: (line: string) => void; what: string; signal?: AbortSignal | undefined }

/**
 * Runs `work` while it holds the lock file. A lock whose holder has died counts as free, so a killed command blocks no
 * other.
 */
export async function withLock<T>(path: string, wait: Wait, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true })
  const mine = `${process.pid} ${startOf(process.pid)}`
  let told = false
  while (!tryLock(path, mine)) {
    const holder = readHolder(path)
    if (holder && !isAlive(holder)) {
      breakLock(path, holder)
      continue
    }
    if (holder && !told) wait.report(`waiting for another command that ${wait.what} (pid ${holder.split(' ')[0]})`)
    told = true
    await pause(200, wait.signal)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

// A link is made atomically, and only if the name is free: unlike a new file, it is never seen half-written.
function tryLock(path: string, mine: string): boolean {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, mine)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

// Two commands may find the same dead lock. Moving the lock away first shows whether it is still the dead one.
function breakLock(path: string, dead: string): void {
  const aside = `${path}.${process.pid}.dead`
  try {
    renameSync(path, aside)
    if (readHolder(aside) !== dead) linkSync(aside, path)
  } catch {
    // The other command was faster.
  }
  rmSync(aside, { force: true })
}

function readHolder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function isAlive(holder: string): boolean {
  const [pid, start] = holder.split(' ')
  return startOf(Number(pid)) === start
}
