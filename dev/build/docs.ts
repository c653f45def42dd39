import { cpSync, mkdirSync } from 'node:fs'
import { docsFiles } from '../../shared/api/contract/docsFiles.ts'
import { root } from './bundle.ts'

const packageOfReader = `${root}node_modules/swagger-ui-dist`
const own = `${root}shared/api/docs`

/** Copies the files of the page at `/docs` beside a host's bundle, into a folder `docs`. */
export function copyDocs(host: string): void {
  const folder = `${root}dist/${host}/docs`
  mkdirSync(folder, { recursive: true })
  for (const file of Object.keys(docsFiles)) {
    cpSync(`${file.startsWith('swagger-ui') ? packageOfReader : own}/${file}`, `${folder}/${file}`)
  }
}
