import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { buildComponents, findComponents } from '../../../../dev/lab/build.ts'
import { artifactOf, components, tools } from '../../../../dev/lab/components.ts'
import { startOf } from '../../../../dev/lab/processes.ts'
import { waitFor } from '../../../waitFor.ts'

// The lab reads /proc, and refuses to start elsewhere.
const onLinux = process.platform === 'linux' ? describe : describe.skip

let folder: string
let cache: string
let told: string[]
const report = (line: string) => told.push(line)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-build-'))
  cache = join(folder, 'cache')
  told = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A PATH whose `go` is this script, because the real one takes minutes. `$out` is the file to write, if any. */
function pathWithGo(script: string): NodeJS.ProcessEnv {
  const findOut = 'out= && for word; do [ "$last" = -o ] && out=$word; last=$word; done'
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'go'), `#!/bin/sh\n${findOut}\n${script}\n`, { mode: 0o755 })
  return { PATH: `${bin}:${process.env.PATH}` }
}

/** A PATH whose `go` writes each binary, and a module folder with the resource types. */
const working = () => {
  for (const from of ['pkg/apis/crds', 'kwok/apis/crds']) {
    mkdirSync(join(folder, 'module', from), { recursive: true })
    writeFileSync(join(folder, 'module', from, `${dirname(from).replace('/', '-')}.yaml`), '')
  }
  return pathWithGo(`
case $1 in
  build) echo "$@" >"$out"; echo some/package >&2 ;;
  list) echo "${folder}/module" ;;
esac`)
}

onLinux('building the components', () => {
  test('builds each into the cache, by version, and reports it', async () => {
    const built = await buildComponents(components, { cache, report, env: working() })
    expect(built.version('kubernetes')).toMatch(/^v1\.\d+\.\d+$/)
    expect(built.path('kubectl')).toBe(join(cache, 'kubernetes', built.version('kubernetes'), 'kubectl'))
    expect(readFileSync(built.path('karpenter'), 'utf8')).toContain('-mod=readonly')
    expect(readdirSync(built.path('karpenter-crds')).sort()).toEqual(['kwok-apis.yaml', 'pkg-apis.yaml'])
    for (const component of components)
      expect(told.join('\n')).toMatch(new RegExp(`${artifactOf(component)} v\\S+: built`))
    expect(readdirSync(cache).sort()).toEqual(['etcd', 'karpenter', 'kubernetes', 'kwok', 'logs'])
  })

  test('builds a tool beside them, and finds it again', async () => {
    mkdirSync(join(folder, 'module', 'config/crd/bases'), { recursive: true })
    expect(await findComponents(tools.keda, cache)).toBeUndefined()
    const built = await buildComponents(tools.keda, { cache, report, env: working() })
    expect(readFileSync(built.path('keda-operator'), 'utf8')).toContain('github.com/kedacore/keda/v2/cmd/operator')
    const found = await findComponents(tools.keda, cache)
    expect(found?.path('keda-crds')).toBe(built.path('keda-crds'))
    expect(readdirSync(cache).sort()).toEqual(['keda', 'logs'])
  })

  test('needs no Go and says nothing when everything is in the cache', async () => {
    const first = await buildComponents(components, { cache, report, env: working() })
    told = []
    const second = await buildComponents(components, { cache, report, env: { PATH: '' } })
    expect(second.path('etcd')).toBe(first.path('etcd'))
    expect(told).toEqual([])
  })

  test('builds only what is missing', async () => {
    const { path } = await buildComponents(components, { cache, report, env: working() })
    rmSync(path('kwok'))
    told = []
    await buildComponents(components, { cache, report, env: working() })
    expect(told[0]).toContain('building 1 of 9 components')
    expect(told.filter((line) => line.includes(': built'))).toEqual([expect.stringMatching(/kwok v\S+: built/)])
  })

  test('without Go says which one to install', async () => {
    await expect(buildComponents(components, { cache, report, env: { PATH: folder } })).rejects.toThrow(
      /needs Go 1\.\d+\S* or newer on PATH \(https:\/\/go\.dev\/dl\); there is none\.$/,
    )
  })

  test('with a Go that is too old passes on its message', async () => {
    const env = pathWithGo('echo "go.mod requires go >= 1.26.6 (running go 1.22.0)" >&2; exit 1')
    await expect(buildComponents(components, { cache, report, env })).rejects.toThrow(
      /the one found refuses: .*running go 1\.22\.0/,
    )
  })

  test('that fails shows the end of its log, and leaves nothing incomplete in the cache', async () => {
    const env = pathWithGo('[ "$1" = env ] || { echo half >"$out"; echo "undefined: frobnicate" >&2; exit 2; }')
    await expect(buildComponents(components, { cache, report, env })).rejects.toThrow(
      /etcd v\S+ did not build\. The end of \S+build-etcd\.log:\n.*undefined: frobnicate/s,
    )
    expect(readdirSync(join(cache, 'etcd'), { recursive: true }).some((file) => String(file).endsWith('/etcd'))).toBe(
      false,
    )
    expect(readdirSync(cache)).not.toContain('drafts')
    expect(readdirSync(cache)).not.toContain('build.lock')
  })

  test('that is stopped ends the compiler and its children, and rejects with the reason', async () => {
    const pid = join(folder, 'pid')
    const env = pathWithGo(
      `[ "$1" = env ] || { sleep 600 & echo $! >"${pid}.draft"; mv "${pid}.draft" "${pid}"; wait; }`,
    )
    const controller = new AbortController()
    const building = buildComponents(components, { cache, report, env, signal: controller.signal })
    await waitFor({
      what: 'the build runs',
      look: async () => readdirSync(folder),
      until: (all) => all.includes('pid'),
    })
    controller.abort(new Error('stopped by a test'))
    await expect(building).rejects.toThrow('stopped by a test')
    const child = Number(readFileSync(pid, 'utf8'))
    await waitFor({
      what: 'the child has ended',
      look: async () => startOf(child),
      until: (start) => start === undefined,
    })
  })
})
