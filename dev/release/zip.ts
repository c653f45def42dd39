import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'

// The time of packing is not in the zip, so the same files give the same zip. A zip knows no year before this one.
const mtime = new Date(Date.UTC(1980, 0, 2))

/** The files of a folder as a zip, in the order of their names. */
export function zipOf(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
  return zipSync(
    Object.fromEntries(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(folder, file))])),
    {
      mtime,
      level: 9,
    },
  )
}
