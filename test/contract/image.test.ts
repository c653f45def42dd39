import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(path, 'utf8')

const dockerfile = read(`${root}scale-api/Dockerfile`)

test('its base images have exact versions, the same in both stages, and Dependabot looks after them', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
  expect(bases).toEqual([expect.stringMatching(/^node:24\.\d+\.\d+-slim$/), bases[0]])
  const { updates } = load(read(`${root}.github/dependabot.yml`)) as { updates: Record<string, unknown>[] }
  expect(updates).toContainEqual(expect.objectContaining({ 'package-ecosystem': 'docker', directory: '/scale-api' }))
})

test('the bundle of the image is the one that the tests run', () => {
  const allowed = [...read(`${root}.dockerignore`).matchAll(/^!(.+)$/gm)].map(([, path = '']) => path)
  const [buildStage = ''] = dockerfile.split(/^FROM (?!.* AS build$)/m)
  const copied = [...buildStage.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
  const image = realpathSync(mkdtempSync(join(tmpdir(), 'image-')))
  try {
    for (const path of copied.filter((one) => allowed.includes(one))) {
      cpSync(root + path, join(image, path), { recursive: true })
    }
    symlinkSync(`${root}node_modules`, join(image, 'node_modules'))
    execFileSync(process.execPath, [join(image, 'dev/build.ts'), '--only', 'scale-api'], { stdio: 'pipe' })
    const bundle = read(join(image, 'dist/scale-api/main.js'))
    // esbuild's comments hold the paths of the packages, which are outside of this image.
    const isSame = bundle.replaceAll(`${relative(image, root)}/`, '') === read(`${root}dist/scale-api/main.js`)
    expect(isSame).toBe(true)
  } finally {
    rmSync(image, { recursive: true })
  }
})
