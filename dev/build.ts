import { rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bundle, root } from './build/bundle.ts'
import { copyDocs } from './build/docs.ts'
import { buildFunctionApp } from './build/functionApp.ts'
import { bundleHolidays, holidaysApart, holidaysFile } from './build/holidays.ts'
import { writeNotices } from './build/notices.ts'
import { buildPage } from './build/page.ts'

const help = `npm run build: builds both hosts into dist/

  dist/app/                 the function app: this folder is the deployment
  dist/scale-api/           the in-cluster host: main.js, the holidays that it loads when
                            a project asks for them, and the files of its pages at / and /docs

  --only scale-api   builds the in-cluster host alone, as its image does
  --help             this text
`

// The in-cluster host starts once and serves for weeks, so it is not minified: keeping names then costs at each call.
async function buildScaleApi() {
  const bundled = await Promise.all([
    bundle({
      entryPoints: { 'scale-api/main': 'scale-api/main.ts' },
      external: [holidaysFile],
      plugins: [holidaysApart],
    }),
    bundleHolidays('scale-api'),
    buildPage('scale-api'),
  ])
  copyDocs('scale-api')
  writeNotices(
    'scale-api',
    bundled.map(({ metafile }) => metafile),
  )
  return bundled
}

async function buildHosts(only: string | undefined): Promise<void> {
  rmSync(`${root}dist`, { recursive: true, force: true })
  const builds = only === 'scale-api' ? [buildScaleApi()] : [buildFunctionApp(), buildScaleApi()]
  const built = (await Promise.all(builds)).flat()
  // The project is ESM ("type": "module"); what is in dist/ is not.
  writeFileSync(`${root}dist/package.json`, '{ "type": "commonjs" }\n')
  for (const [file, { bytes }] of built.flatMap(({ metafile }) => Object.entries(metafile?.outputs ?? {}))) {
    process.stderr.write(`${file}  ${(bytes / 1e6).toFixed(2)} MB\n`)
  }
}

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } })
if (values.help) process.stdout.write(help)
else if (values.only !== undefined && values.only !== 'scale-api') {
  process.stderr.write(`✗ --only ${values.only}: only scale-api can be built alone.\n`)
  process.exitCode = 1
} else await buildHosts(values.only)
