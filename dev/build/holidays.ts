import type { Plugin } from 'esbuild'
import { bundle } from './bundle.ts'

/** Where it is, for the bundle of a host. */
export const holidaysFile = './holidays.js'

/** A host loads the holidays from the file beside its bundle, when a project asks for them. */
export const holidaysApart: Plugin = {
  name: 'holidays apart',
  setup({ onLoad }) {
    onLoad({ filter: /shared\/holidays\/library\.ts$/ }, () => ({
      contents: `export const loadLibrary = () => require('${holidaysFile}')`,
    }))
  },
}

/** Writes that file. It is most of all data, so it is minified for both hosts. */
export const bundleHolidays = (host: string) =>
  bundle({
    entryPoints: { [`${host}/holidays`]: 'node_modules/date-holidays/lib/index.cjs' },
    minify: true,
    keepNames: true,
  })
