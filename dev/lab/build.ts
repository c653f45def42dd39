import { createWriteStream, existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { artifactOf, type Component, type Module, requiredGo, requiredVersion } from './components.ts'
import { withLock } from './lock.ts'
import { labSource } from './paths.ts'
import { CommandError, run } from './run.ts'

/** The path of each built component by its name (of a binary, or a folder), and the version of each module. */
export type Built = { path: (artifact: string) => string; version: (module: Module) => string }

type Context = {
  cache: string
  report: (line: string) => void
  signal?: AbortSignal | undefined
  env: NodeJS.ProcessEnv
}
type Located = { component: Component; label: string; goMod: string; version: string; target: string }

const tickMs = 10_000

/**
 * Builds the components that the cache does not have yet. When it has all, this needs no Go and no network. An artifact
 * enters the cache by a rename, so a killed build leaves nothing incomplete. A lock lets one command at a time build.
 */
export async function buildComponents(components: readonly Component[], context: Context): Promise<Built> {
  const wanted = await Promise.all(components.map((component) => locate(component, context.cache)))
  if (!wanted.every(isBuilt)) {
    const { report, signal } = context
    await withLock(join(context.cache, 'build.lock'), { report, signal, what: 'builds the components' }, async () => {
      const missing = wanted.filter((one) => !isBuilt(one))
      if (missing.length === 0) return
      await checkGo(missing, context)
      report(`building ${missing.length} of ${wanted.length} components into ${context.cache} (cold: 5 to 15 minutes)`)
      const drafts = join(context.cache, 'drafts')
      await rm(drafts, { recursive: true, force: true })
      try {
        for (const one of missing) await build(one, { ...context, drafts })
      } finally {
        // Removes everything that a stopped build leaves, including Go's own temporary folders.
        await rm(drafts, { recursive: true, force: true })
      }
    })
  }
  return builtOf(wanted)
}

/** The components in the cache, or undefined when one of them is not built. */
export async function findComponents(components: readonly Component[], cache: string): Promise<Built | undefined> {
  const wanted = await Promise.all(components.map((component) => locate(component, cache)))
  return wanted.every(isBuilt) ? builtOf(wanted) : undefined
}

function builtOf(located: Located[]): Built {
  const find = (test: (one: Located) => boolean, name: string) => {
    const one = located.find(test)
    if (!one) throw new Error(`the lab has no component ${name}`)
    return one
  }
  return {
    path: (artifact) => find(({ component }) => artifactOf(component) === artifact, artifact).target,
    version: (module) => find(({ component }) => component.module === module, module).version,
  }
}

const isBuilt = ({ target }: Located) => existsSync(target)

const moduleFolder = (module: Module) => join(labSource, 'components', module)

async function locate(component: Component, cache: string): Promise<Located> {
  const goMod = await readFile(join(moduleFolder(component.module), 'go.mod'), 'utf8')
  const version = requiredVersion(goMod, component.versionOf)
  const artifact = artifactOf(component)
  const label = `${artifact} ${version}`
  return { component, label, goMod, version, target: join(cache, component.module, version, artifact) }
}

async function checkGo(missing: Located[], { env, signal }: Context): Promise<void> {
  const versions = missing.map(({ goMod }) => requiredGo(goMod))
  const newest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  const needed = `The lab builds its components from source, once, and needs Go ${newest} or newer on PATH (https://go.dev/dl)`
  for (const { component } of missing) {
    try {
      // In the module's folder Go checks the version that the module requires, and downloads a newer Go if GOTOOLCHAIN
      // allows it.
      await run('go', ['env', 'GOVERSION'], { env, signal, cwd: moduleFolder(component.module) })
    } catch (error) {
      signal?.throwIfAborted()
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`${needed}; there is none.`)
      throw new Error(`${needed}; the one found refuses: ${(error as Error).message}`)
    }
  }
}

async function build(missing: Located, context: Context & { drafts: string }): Promise<void> {
  const { component, label, version, target } = missing
  const draft = join(context.drafts, artifactOf(component))
  const logFile = join(context.cache, 'logs', `build-${artifactOf(component)}.log`)
  await Promise.all([draft, logFile, target].map((path) => mkdir(join(path, '..'), { recursive: true })))
  const log = createWriteStream(logFile)
  const started = performance.now()
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`
  let packages = 0
  const ticker = setInterval(() => context.report(`  ${label}: building, ${packages} packages, ${elapsed()}`), tickMs)
  const go = (args: string[]) =>
    run('go', args, {
      env: { ...context.env, GOTMPDIR: context.drafts },
      signal: context.signal,
      cwd: moduleFolder(component.module),
      nice: true,
      onStderr: (chunk) => {
        packages += chunk.split('\n').length - 1
        log.write(chunk)
      },
    })
  context.report(`  ${label}: building`)
  try {
    if ('binary' in component) {
      const flags = `-s -w ${component.linkFlags?.(version) ?? ''}`.trim()
      // -v names each package as it is compiled: the only progress that Go shows.
      await go(['build', '-v', '-mod=readonly', '-ldflags', flags, '-o', draft, component.goPackage])
    } else {
      const folder = (await go(['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', component.versionOf])).trim()
      // Module folders are read-only; the copies must be removable.
      for (const from of component.from) await cp(join(folder, from), draft, { recursive: true, mode: 0 })
    }
    await rename(draft, target)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const tail = error.message.split('\n').slice(-15).join('\n')
    throw new Error(`${label} did not build. The end of ${logFile}:\n${tail}`)
  } finally {
    clearInterval(ticker)
    log.end()
  }
  context.report(`  ${label}: built in ${elapsed()}`)
}
