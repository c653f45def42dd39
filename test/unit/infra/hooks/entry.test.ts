import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { HookStage } from '../../../standIns/hookStage.ts'
import { root } from '../../docs/documents.ts'

/** Runs the entry of the hooks, as if this Node had another version. */
function entry(version: string, ...args: string[]) {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', pretend, 'infra/hooks/main.mjs', ...args],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  return { status, stdout, stderr }
}

test.each(['18.20.8', '20.20.2', '22.17.1', '23.5.0'])('Node %s gets a sentence, and no stack', (version) => {
  expect(entry(version, 'preprovision')).toEqual({
    status: 1,
    stdout: '',
    stderr: `✗ Node ${version} is too old for a deployment: install Node 22.18 or newer (https://nodejs.org), and run the same command again.\n`,
  })
})

test.each(['22.18.0', '23.6.0', '24.0.0'])('Node %s runs the hooks as they are', (version) => {
  expect(entry(version, 'preprovision', '--help')).toMatchObject({ status: 0, stderr: '' })
})

test('an option that a hook does not have is refused', () => {
  const { status, stdout } = entry(process.versions.node, 'postdeploy', '--tick-wiat', '1')
  expect(stdout).toContain("✗ Unknown option '--tick-wiat'")
  expect(status).toBe(1)
})

test('an unknown hook gets the list of them', () => {
  expect(entry(process.versions.node, 'postprovison')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('predown'),
  })
})

test('the real files run as azd runs them: a hook as a process, with the tools on the PATH', async () => {
  const stage = new HookStage({ kubernetesVersions: ['1.38'] })
  const { code, output } = await stage.run('preprovision', {
    AZURE_SUBSCRIPTION_ID: 'sub',
    AZURE_LOCATION: 'japaneast',
  })
  stage.close()
  expect(output).toBe(
    '✗ japaneast does not offer Kubernetes 1.36, but 1.38\n    azd env set KUBERNETES_VERSION <one of these>\n',
  )
  expect(code).toBe(1)
}, 120_000)

test.each([
  ['is refused with a cluster that was there before, since azd may delete its group', 'aks', 1],
  ['goes on with a cluster of our own', '', 0],
])('azd down %s', async (_, existing, wanted) => {
  const stage = new HookStage({})
  const id = '/subscriptions/sub/resourceGroups/theirs/providers/Microsoft.ContainerService/managedClusters/aks'
  const { code, output } = await stage.run('predown', {
    AZURE_RESOURCE_GROUP: 'rg-dev',
    FUNCTION_APP_OBJECT_ID: 'app',
    AZURE_EXISTING_AKS_ID: existing && id,
  })
  stage.close()
  expect(code).toBe(wanted)
  expect(output.split('\n    ').slice(1)).toEqual(
    existing
      ? [
          'npm run kubernetes:remove -- --yes',
          `az role assignment delete --assignee-object-id "app" --scope "${id}"`,
          'az group delete --name rg-dev\n',
        ]
      : [],
  )
})
