import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScheduleStatus } from './scheduleStatus.ts'

/** Keeps the schedule statuses across restarts, as Azure does in blobs. */
export interface StatusStore {
  /** `undefined` when there is none or it cannot be read: then the timer begins with a new one. */
  read(name: string): ScheduleStatus | undefined
  write(name: string, status: ScheduleStatus): void
}

/** Keeps one small JSON file for each timer in `folder`, which is created with the first of them. */
export function createStatusStore(folder: string): StatusStore {
  const fileOf = (name: string) => join(folder, `${name}.json`)
  return {
    read(name) {
      try {
        const status = JSON.parse(readFileSync(fileOf(name), 'utf8')) as Partial<ScheduleStatus>
        const { last = '', next = '', lastUpdated = '' } = status
        return Number.isNaN(Date.parse(lastUpdated)) ? undefined : { last, next, lastUpdated }
      } catch {
        return undefined
      }
    },
    write(name, status) {
      mkdirSync(folder, { recursive: true })
      // Written to a temporary file and renamed: a host that dies here leaves the old status or the new one, not half.
      const temporary = `${fileOf(name)}.${process.pid}`
      writeFileSync(temporary, `${JSON.stringify(status)}\n`)
      renameSync(temporary, fileOf(name))
    },
  }
}
