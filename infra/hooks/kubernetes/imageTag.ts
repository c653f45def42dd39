import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run/root.ts'

/** What scale-api/Dockerfile copies into its build, and the file itself. */
export const imageSources = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'host.json',
  'dev/build.ts',
  'dev/build',
  'shared',
  'page',
  'scale-api',
]

/** The tag of an image: the same for the same sources, so that what is built already is not built again. */
export function imageTag(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const hash = createHash('sha256')
  for (const path of imageSources.flatMap(filesOf).toSorted()) {
    // Git may write other line ends on Windows.
    hash.update(`${path}\0${readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n')}\0`)
  }
  return `${version}-${hash.digest('hex').slice(0, 12)}`
}

function filesOf(path: string): string[] {
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true, recursive: true })
    const files = entries.filter((entry) => entry.isFile())
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length).replaceAll('\\', '/'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path]
    throw error
  }
}
