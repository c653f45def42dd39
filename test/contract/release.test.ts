import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { unzipSync } from 'fflate'
import { functionAppFiles } from '../../dev/build/functionApp.ts'
import { billOfMaterials } from '../../dev/release/pack.ts'
import { zipOf } from '../../dev/release/zip.ts'
import { startScaleApi } from '../hosts.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { version, dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  version: string
  dependencies: Record<string, string>
}

test('the zip of the function app has the files of a deployment, and nothing else', () => {
  const files = unzipSync(zipOf(`${root}dist/app`))
  expect(Object.keys(files).toSorted()).toEqual(functionAppFiles.toSorted())
  for (const [file, bytes] of Object.entries(files)) {
    expect(Buffer.from(bytes).equals(readFileSync(join(root, 'dist/app', file)))).toBe(true)
  }
})

test('the same files give the same zip, whenever they were written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zip-'))
  try {
    mkdirSync(join(folder, 'docs'))
    for (const file of ['b.txt', 'a.txt', 'docs/c.txt']) writeFileSync(join(folder, file), file)
    const first = zipOf(folder)
    utimesSync(join(folder, 'a.txt'), 1, 1)
    expect(Buffer.from(zipOf(folder)).equals(Buffer.from(first))).toBe(true)
    expect(Object.keys(unzipSync(first))).toEqual(['a.txt', 'b.txt', 'docs/c.txt'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the bill of materials has the version and every package of the product, and none of its tests', () => {
  const { bomFormat, metadata, components } = JSON.parse(billOfMaterials()) as {
    bomFormat: string
    metadata: { component: { name: string; version: string } }
    components: { name: string; version: string }[]
  }
  expect(bomFormat).toBe('CycloneDX')
  expect(metadata.component).toMatchObject({ name: 'aks-scale-to-zero', version })
  const has = (name: string) => components.some((component) => component.name === name)
  const named = new Set(components.map((component) => `${component.name}@${component.version}`))
  const missing = Object.entries(dependencies).filter(([name, wanted]) => !named.has(`${name}@${wanted}`))
  expect(missing).toEqual([])
  expect(['jest', 'esbuild', 'typescript'].filter(has)).toEqual([])
})

test('the first line of the log of the in-cluster host tells the version', async () => {
  const host = await startScaleApi({ API_AUTH: 'none', KUBECONFIG: '/nowhere' })
  const [first = ''] = host.output().split('\n')
  expect(JSON.parse(first)).toMatchObject({ version, msg: 'starting' })
  expect(await host.stop()).toBe(0)
})
