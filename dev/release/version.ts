import { chart, chartFiles } from '../chart/index.ts'

/** A version as npm and Helm both read it: three numbers, and what comes before a release, such as `1.0.0-rc.1`. */
export const isVersion = (text: string): boolean => /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?$/.test(text)

/** A JSON file with the version where npm has it: at its top and, in a lock file, in its root package. */
function inJson(text: string, version: string): string {
  const json = JSON.parse(text) as { version: string; packages?: Record<string, { version: string }> }
  json.version = version
  const root = json.packages?.['']
  if (root) root.version = version
  return `${JSON.stringify(json, undefined, 2)}\n`
}

/**
 * Every file that has the version, with this one. What runs tells the version of package.json, which the build puts in.
 * @param read reads a file of the project
 */
export function withVersion(version: string, read: (path: string) => string): Record<string, string> {
  const packages = Object.fromEntries(
    ['package.json', 'package-lock.json'].map((path) => [path, inJson(read(path), version)]),
  )
  const path = `${chart}/Chart.yaml`
  const written = chartFiles[path]?.(read(path), (other) => packages[other] ?? read(other))
  return { ...packages, [path]: written ?? '' }
}
