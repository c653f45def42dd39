import { existsSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HostError } from './hostError.ts'
import { readJson } from './hostJson.ts'

interface Requirer {
  require(this: unknown, id: string): unknown
}

/**
 * Runs the bundle with `@azure/functions-core` in place, by the same means as the worker: a proxy over
 * `Module.prototype.require`. The library requires the module late, so the proxy stays until `unload`.
 * @throws HostError when the file is missing or fails while it loads.
 */
export async function loadBundle(
  { bundle, appDirectory }: { bundle: string; appDirectory: string },
  coreApi: object,
): Promise<{ unload(): void }> {
  if (!existsSync(bundle)) throw new HostError(`${bundle} does not exist: run \`npm run build\` first.`)
  const prototype = Module.prototype as unknown as Requirer
  const original = prototype.require
  const unload = () => {
    prototype.require = original
  }
  prototype.require = new Proxy(original, {
    apply: (target, self, args: [string]) =>
      args[0] === '@azure/functions-core' ? coreApi : Reflect.apply(target, self, args),
  })
  try {
    // The worker, too, chooses by the app's own package.json, whatever a package.json nearer to the bundle says.
    if (isEsModule(bundle, appDirectory)) await import(pathToFileURL(bundle).href)
    else createRequire(bundle)(bundle)
  } catch (cause) {
    unload()
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    throw new HostError(`${bundle} failed while it was loading: ${reason}`, { cause })
  }
  return { unload }
}

function isEsModule(bundle: string, appDirectory: string): boolean {
  if (/\.[cm]js$/.test(bundle)) return bundle.endsWith('.mjs')
  return readJson<{ type?: string }>(join(appDirectory, 'package.json'))?.type === 'module'
}
