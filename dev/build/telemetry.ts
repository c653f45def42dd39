import type { Plugin } from 'esbuild'

/** The app loads its telemetry from the file beside it. */
export const telemetryApart: Plugin = {
  name: 'telemetry apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/applicationInsights\.ts$/ }, () => ({ path: './telemetry.js', external: true }))
  },
}

/** The imports that a client with providers of its own never calls, each with as little of it as is enough. */
const neverCalled = [
  // The collecting of everything by itself, with its instrumentations.
  { filter: /^@azure\/monitor-opentelemetry$/, contents: '' },
  // Other ways out than to Application Insights.
  { filter: /^@opentelemetry\/exporter-\w+-otlp-\w+$/, contents: '' },
  // Asks an address of Microsoft every hour how this client should behave.
  {
    filter: /_configuration\/configurationManager\.js$/,
    contents: `exports.ConfigurationManager = class {
      static getInstance() { return new this() }
      initialize() {}
      registerCallback() { return () => {} }
      getSettings() { return {} }
    }`,
  },
]

/**
 * Leaves all of that out: with it the bundle would be five times as large, and take three times as long to load. A new
 * release of the package may import it in another way, and the build then fails.
 */
export const telemetryAlone: Plugin = {
  name: 'telemetry alone',
  setup({ onResolve, onLoad, onEnd }) {
    const found = new Set<RegExp>()
    for (const { filter, contents } of neverCalled) {
      const namespace = `left out: ${filter.source}`
      onResolve({ filter }, ({ path }) => {
        found.add(filter)
        return { path, namespace }
      })
      onLoad({ filter: /.*/, namespace }, () => ({ contents, loader: 'js' }))
    }
    onEnd(() => ({
      errors: neverCalled
        .filter(({ filter }) => !found.has(filter))
        .map(({ filter }) => ({ text: `nothing imports ${filter.source} any more: see dev/build/telemetry.ts` })),
    }))
  },
}
