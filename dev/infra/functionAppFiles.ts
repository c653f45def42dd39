import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { functionAppFiles } from '../build/functionApp.ts'
import type { Finding } from './finding.ts'

const folder = 'dist/app'

/** Compares the built function app with its manifest: azd uploads every file that is in the folder. */
export async function checkFunctionAppFiles(root: string): Promise<Finding[]> {
  if (!existsSync(root + folder)) return [{ file: folder, message: 'it is not there: npm run build writes it' }]
  const named = functionAppFiles
  const found = readdirSync(root + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root + folder, join(entry.parentPath, entry.name)))
  const unnamed = found.filter((file) => !named.includes(file))
  const missing = named.filter((file) => !found.includes(file))
  return [
    ...unnamed.map((file) => ({
      file: `${folder}/${file}`,
      message: 'azd would upload it, and functionAppFiles in dev/build/functionApp.ts does not name it',
    })),
    ...missing.map((file) => ({
      file: `${folder}/${file}`,
      message: 'functionAppFiles in dev/build/functionApp.ts names it, and it is not there: npm run build',
    })),
  ]
}
