import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { root } from './build/bundle.ts'
import { ChangelogError, released } from './release/changelog.ts'
import { PackError, pack } from './release/pack.ts'
import { isVersion, withVersion } from './release/version.ts'

const help = `npm run release -- [VERSION] --dry-run

Function app, image and chart have one version, that of package.json. This sets it in package.json, package-lock.json,
the chart and CHANGELOG.md, and packs into dist/release/:

  function-app-VERSION.zip             the function app
  aks-scale-to-zero-VERSION.tgz        the Helm chart; it needs helm, or npm run lab -- tools helm
  aks-scale-to-zero-VERSION.cdx.json   the bill of materials (CycloneDX)
  SHA256SUMS                           their digests

Then it prints the commands that publish the release. It runs none of them: publishing is for a person with the rights.

  VERSION     such as 0.2.0; without it, the version that is there
  --dry-run   required, so that nobody expects it to publish
  --help      this text
`

const read = (path: string) => readFileSync(root + path, 'utf8')

/** Writes the files that have changed. @returns their paths */
function write(files: Record<string, string>): string[] {
  const changed = Object.entries(files).filter(([path, text]) => text !== read(path))
  for (const [path, text] of changed) writeFileSync(root + path, text)
  return changed.map(([path]) => path)
}

/** The commands that publish a release, for a person to run. */
const commandsOf = (version: string, changed: string[]) => `
${changed.length === 0 ? '' : `git commit -m 'chore(release): ${version}' ${changed.join(' ')}\n`}git tag -a v${version} -m v${version}
git push origin main v${version}
docker build -f scale-api/Dockerfile -t <registry>/scale-api:${version} . && docker push <registry>/scale-api:${version}
helm push dist/release/aks-scale-to-zero-${version}.tgz oci://<registry>/charts
az functionapp deployment source config-zip -g <resource-group> -n <function-app> --src dist/release/function-app-${version}.zip
`

async function release(version: string): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  const changelog = released(read('CHANGELOG.md'), { version, day })
  const changed = write({ ...withVersion(version, read), 'CHANGELOG.md': changelog })
  for (const path of changed) process.stdout.write(`Wrote ${path}.\n`)
  const { files, hasChart } = await pack(version)
  for (const file of files) process.stdout.write(`Packed dist/release/${file}.\n`)
  if (!hasChart) {
    process.stdout.write('The chart is not packed: install helm, or build it with npm run lab -- tools helm.\n')
  }
  const state = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' })
  const others = state.split('\n').filter((line) => line !== '' && !changed.includes(line.slice(3)))
  if (others.length > 0) process.stdout.write('This is not what is committed: other files have changed.\n')
  process.stdout.write(`\nTo publish it:\n${commandsOf(version, changed)}`)
}

const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean' } },
  allowPositionals: true,
})
const [version = (JSON.parse(read('package.json')) as { version: string }).version, ...rest] = positionals
const fail = (reason: string) => {
  process.stderr.write(`✗ ${reason}\n`)
  process.exitCode = 1
}
if (values.help) process.stdout.write(help)
else if (!values['dry-run'])
  fail('A release is published by a person: npm run release -- --dry-run prints the commands.')
else if (rest.length > 0 || !isVersion(version)) fail(`${positionals.join(' ')} is no version: write it as 0.2.0.`)
else {
  await release(version).catch((error: unknown) => {
    if (!(error instanceof ChangelogError) && !(error instanceof PackError)) throw error
    fail(error.message)
  })
}
