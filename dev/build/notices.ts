import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Metafile } from 'esbuild'
import { root } from './bundle.ts'

/** The file beside each bundle with the licences of the packages in it. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt'

/** Packages whose files are copied beside a bundle. */
const copied = ['node_modules/swagger-ui-dist']

const isLicence = (file: string) => /^(licen[cs]e|notice|copying)/i.test(file) || /\.LICENSE\.txt$/i.test(file)

/**
 * Writes the licences of everything that is in a host: of the packages that esbuild has put into its bundles, and of
 * those that are copied beside them.
 * @throws Error for a package that names no licence
 */
export function writeNotices(host: string, metafiles: Metafile[]): void {
  const folders = new Set([...metafiles.flatMap(packagesIn), ...copied])
  const notices = [...folders].sort().map((folder) => noticeOf(`${root}${folder}`))
  writeFileSync(`${root}dist/${host}/${noticesFile}`, `${[intro, ...notices].join(`\n${'='.repeat(80)}\n`)}`)
}

const intro = 'The licences of the packages that this software contains.\n'

/** The folders of the packages of which at least a byte is in the bundle. */
export function packagesIn({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
      return folder === undefined || bytesInOutput === 0 ? [] : folder
    }),
  )
}

interface Manifest {
  name: string
  version: string
  license?: string | { type: string }
  author?: string | { name: string }
  repository?: string | { url: string }
}

/** The name of a package with its licence, as its authors have written it. */
export function noticeOf(folder: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const { name, version, license, author, repository } = manifest
  const id = typeof license === 'object' ? license.type : license
  const files = existsSync(folder) ? readdirSync(folder).filter(isLicence).sort() : []
  if (id === undefined && files.length === 0) {
    throw new Error(`${name} ${version} names no licence, so it must not be in what we ship: use another package`)
  }
  const said = [
    ['Licence', id],
    ['Author', typeof author === 'object' ? author.name : author],
    ['Source', typeof repository === 'object' ? repository.url : repository],
  ].flatMap(([what, value]) => (value === undefined ? [] : `${what}: ${value}\n`))
  const texts = files.map((file) => `\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`)
  return `${name} ${version}\n${said.join('')}${texts.join('')}`
}
