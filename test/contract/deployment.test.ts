import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { functionAppFiles } from '../../dev/build/functionApp.ts'
import { startFunctions } from '../hosts.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { services } = load(readFileSync(`${root}azure.yaml`, 'utf8')) as {
  services: { functions: { project: string; dist: string; remoteBuild: boolean } }
}
const folder = join(root, services.functions.project, services.functions.dist)

/**
 * What azd zips of a folder: every file in it, but for node_modules and for what a `.funcignore` in that folder names.
 * https://github.com/Azure/azure-dev/blob/ae35809/cli/azd/pkg/project/project_utils.go
 */
function zippedByAzd(): string[] {
  expect(existsSync(join(folder, '.funcignore'))).toBe(false)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => statSync(join(folder, path)).isFile() && !path.startsWith('node_modules'),
  )
}

test('the folder that azure.yaml names has the files of the manifest and no others', () => {
  expect(zippedByAzd().sort()).toEqual([...functionAppFiles].sort())
})

// azd refuses remoteBuild: false where an ignore file of the project leaves out node_modules, and would build otherwise.
test('Azure builds nothing: the app has no dependencies and no scripts, and no file tells azd to leave out any', () => {
  const { dependencies, scripts, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect({ dependencies, scripts, main }).toEqual({ dependencies: undefined, scripts: undefined, main: 'index.js' })
  expect(services.functions.remoteBuild).toBe(false)
  expect(existsSync(join(root, '.funcignore'))).toBe(false)
})

test('the uploaded files alone are the function app: it answers where there is no node_modules', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'deployed-'))
  try {
    for (const file of zippedByAzd()) cpSync(join(folder, file), join(elsewhere, file))
    const args = ['--bundle', join(elsewhere, 'index.js'), '--state', join(elsewhere, 'state')]
    const host = await startFunctions({ KUBECONFIG: join(elsewhere, 'none') }, args)
    try {
      expect(await (await fetch(`${host.url}/health`)).json()).toMatchObject({ status: 'healthy' })
    } finally {
      await host.stop()
    }
  } finally {
    rmSync(elsewhere, { recursive: true })
  }
}, 30_000)
