import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { docsFiles } from '../../shared/api/contract/docsFiles.ts'
import { pageFiles, pageShell } from '../../shared/api/contract/pageFiles.ts'
import { bundle, root } from './bundle.ts'
import { copyDocs } from './docs.ts'
import { bundleHolidays, holidaysApart, holidaysFile } from './holidays.ts'
import { noticesFile, writeNotices } from './notices.ts'
import { buildPage } from './page.ts'
import { telemetryAlone, telemetryApart } from './telemetry.ts'

/**
 * The files of a deployment of the function app. The build writes them into dist/app/, and nothing else is uploaded: the
 * bundles need no node_modules, and Azure builds nothing.
 */
export const functionAppFiles: readonly string[] = [
  'holidays.js',
  'host.json',
  'index.js',
  'package.json',
  'telemetry.js',
  noticesFile,
  ...Object.keys(docsFiles).map((file) => `docs/${file}`),
  ...Object.keys({ ...pageFiles, ...pageShell }).map((file) => `page/${file}`),
]

/**
 * Writes dist/app/. Each bundle is one file, because on a cold start each file read costs more than the code in it; for
 * the same reason they are minified. They are CommonJS, because the Functions worker injects `@azure/functions-core` by
 * patching `require`.
 */
export async function buildFunctionApp() {
  // Stack traces and logs keep the names that the source has.
  const small = { minify: true, keepNames: true }
  const bundled = await Promise.all([
    bundle({
      ...small,
      entryPoints: { 'app/index': 'functions/index.ts' },
      external: ['@azure/functions-core', holidaysFile],
      plugins: [telemetryApart, holidaysApart],
    }),
    bundle({
      ...small,
      entryPoints: { 'app/telemetry': 'functions/telemetry/applicationInsights.ts' },
      plugins: [telemetryAlone],
    }),
    buildPage('app'),
    bundleHolidays('app'),
  ])
  cpSync(`${root}host.json`, `${root}dist/app/host.json`)
  writeFileSync(`${root}dist/app/package.json`, `${JSON.stringify(packageOfApp(), undefined, 2)}\n`)
  copyDocs('app')
  writeNotices(
    'app',
    bundled.map(({ metafile }) => metafile),
  )
  return bundled
}

/** Without dependencies and scripts, so that no tool wants to install or to build anything. */
function packageOfApp() {
  const { name, version, license } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  return { name, version, license, private: true, type: 'commonjs', main: 'index.js' }
}
