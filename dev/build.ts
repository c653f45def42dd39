import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BuildOptions, build, type Plugin } from 'esbuild'

const help = `npm run build: bundles both hosts into dist/

  dist/functions/index.js   Azure Functions: every function, one file
  dist/scale-api/main.js    the in-cluster host

  --help   this text
`

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Empties two indexes of unused code: the model classes of the generated Kubernetes API, of which a kubeconfig needs
 * none, and zod's messages in forty languages. An import of anything that is left out fails the build.
 */
const unusedIndexes: Plugin = {
  name: 'unused indexes',
  setup({ onLoad }) {
    onLoad({ filter: /client-node\/dist\/gen\/models\/all\.js$|zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: '',
    }))
  },
}

const bundle = (options: BuildOptions) =>
  build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    plugins: [unusedIndexes],
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    metafile: true,
  })

/**
 * Builds one CommonJS file per host. It is CommonJS because the Functions worker injects `@azure/functions-core` by
 * patching `require`, and one file because on a cold start each file read costs more than the code in it. Minifying
 * shortens the cold start of the function app, too. The in-cluster host is not minified: it starts once and serves for
 * weeks, and keeping the names would cost time at each call.
 */
async function buildHosts(): Promise<void> {
  rmSync(`${root}dist`, { recursive: true, force: true })
  const built = await Promise.all([
    bundle({
      entryPoints: { 'functions/index': 'functions/index.ts' },
      external: ['@azure/functions-core'],
      minify: true,
      // Stack traces and logs keep the names that the source has.
      keepNames: true,
    }),
    bundle({ entryPoints: { 'scale-api/main': 'scale-api/main.ts' } }),
  ])
  // The project is ESM ("type": "module"); the files in dist/ are not.
  writeFileSync(`${root}dist/package.json`, '{ "type": "commonjs" }\n')
  for (const [file, { bytes }] of built.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
    process.stderr.write(`${file}  ${(bytes / 1e6).toFixed(2)} MB\n`)
  }
}

const { values } = parseArgs({ options: { help: { type: 'boolean' } } })
if (values.help) process.stdout.write(help)
else await buildHosts()
