import { cpSync, mkdirSync } from 'node:fs'
import type { Plugin } from 'esbuild'
import { bundle, root } from './bundle.ts'

/** What only an editor needs is in a file of its own, which the page loads when it is opened. */
const cronApart: Plugin = {
  name: 'cron apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/cron\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './cron.js', external: true } : undefined,
    )
  },
}

/** Writes the files of the page at `/` beside a host's bundle, into a folder `page`. */
export async function buildPage(host: string) {
  const folder = `${root}dist/${host}/page`
  mkdirSync(folder, { recursive: true })
  cpSync(`${root}page/index.html`, `${folder}/index.html`)
  return bundle({
    entryPoints: [
      { in: 'page/main.tsx', out: `${host}/page/page` },
      { in: 'page/page.css', out: `${host}/page/page` },
      { in: 'page/cron.ts', out: `${host}/page/cron` },
    ],
    platform: 'browser',
    format: 'esm',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    plugins: [cronApart],
  })
}
