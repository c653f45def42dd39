import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'

/** The project's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }

/**
 * Indexes that bring what nobody here uses: the model classes of the generated Kubernetes API, which a kubeconfig needs
 * none of, and zod's messages in forty languages. An import of something that is left out fails the build.
 */
const unusedIndexes: Plugin = {
  name: 'unused indexes',
  setup({ onLoad }) {
    onLoad({ filter: /client-node\/dist\/gen\/models\/all\.js$|zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: '',
    }))
  },
}

/** Bundles entry points into dist/, with the settings that all bundles have in common. */
export const bundle = ({ plugins = [], ...options }: BuildOptions) =>
  build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname', PRODUCT_VERSION: JSON.stringify(version) },
    plugins: [unusedIndexes, ...plugins],
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    metafile: true,
  })
