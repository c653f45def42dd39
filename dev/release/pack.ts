import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../build/bundle.ts'
import { chart } from '../chart/index.ts'
import { findTool } from '../lab/index.ts'
import { zipOf } from './zip.ts'

/** A package could not be made. The message has the words of the tool that failed. */
export class PackError extends Error {
  override readonly name = 'PackError'
}

/** Where the packages are put, with a slash at its end. */
export const packages = `${root}dist/release/`

/** Runs a tool at the project's root. @returns what it printed, or undefined when it is not there. @throws PackError */
function run(tool: string, args: string[]): string | undefined {
  const { error, status, stdout, stderr } = spawnSync(tool, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
    // On Windows, npm is a script.
    shell: process.platform === 'win32',
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined
  if (error !== undefined || status !== 0) {
    throw new PackError(`${tool} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`)
  }
  return stdout
}

/** The function app, as `az functionapp deployment source config-zip` takes it. */
function packFunctionApp(version: string): void {
  const built = run(process.execPath, [join(root, 'dev', 'build.ts')])
  if (built === undefined) throw new PackError('Node did not start the build')
  mkdirSync(packages, { recursive: true })
  writeFileSync(`${packages}function-app-${version}.zip`, zipOf(`${root}dist/app`))
}

/** The chart, by the Helm of the lab or by the one that is installed. @returns whether there is one */
async function packChart(): Promise<boolean> {
  const built = await findTool('helm').catch(() => undefined)
  const helm = built?.path('helm4') ?? 'helm'
  return run(helm, ['package', chart, '--destination', packages]) !== undefined
}

/** The packages that the product is made of, as CycloneDX. @throws PackError */
export function billOfMaterials(): string {
  const kind = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  const text = run('npm', ['sbom', ...kind, '--omit', 'dev', '--package-lock-only'])
  if (text === undefined) throw new PackError('npm is not on the PATH')
  const sbom = JSON.parse(text) as { metadata: { component: { name: string } } }
  // npm takes the name of the folder.
  sbom.metadata.component.name = 'aks-scale-to-zero'
  return `${JSON.stringify(sbom, undefined, 2)}\n`
}

/** Writes the digest of each package, as `sha256sum --check` reads them. */
function writeDigests(): void {
  const lines = readdirSync(packages)
    .toSorted()
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(packages + file))
          .digest('hex')}  ${file}\n`,
    )
  writeFileSync(`${packages}SHA256SUMS`, lines.join(''))
}

/**
 * Builds and packs everything that is published into dist/release/.
 * @returns the names of the files, and whether the chart is among them: it needs Helm
 * @throws PackError
 */
export async function pack(version: string): Promise<{ files: string[]; hasChart: boolean }> {
  rmSync(packages, { recursive: true, force: true })
  packFunctionApp(version)
  const hasChart = await packChart()
  writeFileSync(`${packages}aks-scale-to-zero-${version}.cdx.json`, billOfMaterials())
  writeDigests()
  return { files: readdirSync(packages).toSorted(), hasChart }
}
