import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'

/** The project's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }

/**
 * Packages whose index brings what nobody here uses, with what is used of them: undici without the web's interfaces,
 * the generated Kubernetes API without its models, of which a kubeconfig needs none, and zod without its messages in forty
 * languages. An import of something that is left out fails the build.
 */
const usedOf: [index: RegExp, used: string][] = [
  [
    /undici\/index\.js$/,
    `export { default as Agent } from './lib/dispatcher/agent.js'
     export { default as Pool } from './lib/dispatcher/pool.js'
     export { default as ProxyAgent } from './lib/dispatcher/proxy-agent.js'
     export { default as errors } from './lib/core/errors.js'
     export const { fetch } = globalThis`,
  ],
  [/client-node\/dist\/gen\/models\/all\.js$/, ''],
  [/zod\/v4\/locales\/index\.js$/, ''],
]

const smallIndexes: Plugin = {
  name: 'small indexes',
  setup({ onLoad }) {
    for (const [filter, contents] of usedOf) onLoad({ filter }, () => ({ contents }))
  },
}

/**
 * Lets esbuild drop what is imported and not used: every model of the generated Kubernetes API once more, and the metrics
 * where a host has none. Their packages do not say that importing them has no effect.
 */
const withoutEffect: Plugin = {
  name: 'without effect',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.|^prom-client$/ }, async ({ path, pluginData, ...from }) => {
      const isKnown = path === 'prom-client' || /client-node\/dist\//.test(from.importer)
      if (pluginData === 'resolved' || !isKnown) return undefined
      return { ...(await resolve(path, { ...from, pluginData: 'resolved' })), sideEffects: false }
    })
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
    plugins: [smallIndexes, withoutEffect, ...plugins],
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    metafile: true,
  })
