import { describe, expect, test } from '@jest/globals'
import { imageSources, imageTag } from '../../../../infra/hooks/kubernetes/imageTag.ts'
import { hook } from '../../../../infra/hooks/postprovision.ts'
import { deployed } from '../../../standIns/deployed.ts'
import { runInProcess } from '../../../standIns/inProcess.ts'
import type { World } from '../../../standIns/world.ts'
import { read } from '../../docs/documents.ts'

const apply = async (world: Partial<World> = {}, more: Record<string, string> = {}) => {
  const { code, lines, called } = await runInProcess(hook, { world, values: { ...deployed, ...more } })
  return { code, called, output: lines.join('\n') }
}
const builds = (called: string[]) => called.filter((call) => /^(az acr|docker)/.test(call))
const tagged = `scale-api:${imageTag()}`

describe('the image of scale-api', () => {
  test('is built in the registry', async () => {
    const { code, called } = await apply()
    expect(builds(called)).toEqual([
      expect.stringContaining(`az acr repository show --name registry --image ${tagged}`),
      `az acr build --registry registry --image ${tagged} --file scale-api/Dockerfile --platform linux/amd64 --only-show-errors .`,
    ])
    expect(code).toBe(0)
  })

  test('is built with Docker where the registry builds nothing', async () => {
    const { code, called, output } = await apply({ acrBuilds: false })
    expect(output).toContain('registry did not build it: ERROR: (TasksOperationsNotAllowed)')
    expect(builds(called).slice(2)).toEqual([
      'az acr login --name registry',
      `docker build --platform linux/amd64 --file scale-api/Dockerfile --tag registry.azurecr.io/${tagged} .`,
      `docker push registry.azurecr.io/${tagged}`,
    ])
    expect(code).toBe(0)
  })

  test.each<[string, Partial<World>]>([
    ['does not run', { dockerBuilds: false }],
    ['is not installed', { tools: ['az', 'azd', 'kubectl', 'kubelogin'] }],
  ])('where Docker %s either, it says how to give one, and the function app has its rights', async (_what, world) => {
    const { code, called, output } = await apply({ acrBuilds: false, ...world })
    expect(output).toContain('✗ The image of scale-api could be built neither in registry nor here')
    expect(output).toContain('azd env set SCALE_API_IMAGE')
    expect(output).toContain('the rights of the function app')
    expect(called.filter((call) => call.startsWith('kubectl apply'))).toHaveLength(4)
    expect(code).toBe(1)
  })

  test('is the one that is given, where one is', async () => {
    const { code, called } = await apply({}, { SCALE_API_IMAGE: 'theirs.azurecr.io/scale-api:1' })
    expect(builds(called)).toEqual([])
    expect(code).toBe(0)
  })

  test('is left out without a registry, as with a cluster that exists', async () => {
    const { code, called, output } = await apply({}, { AZURE_CONTAINER_REGISTRY_NAME: '' })
    expect(builds(called)).toEqual([])
    expect(output).toContain('scale-api is left out')
    expect(code).toBe(0)
  })

  test('has a tag of all that the Dockerfile copies', () => {
    const copied = [...read('scale-api/Dockerfile').matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    )
    expect(imageSources).toEqual(expect.arrayContaining(copied))
  })
})

test('no argument of any command holds a key', async () => {
  const { called } = await apply()
  expect(called.filter((call) => /[0-9a-f]{48}/.test(call))).toEqual([])
  expect(called).toContainEqual(expect.stringMatching(/^kubectl create -f - /))
})

test('what is not provisioned yet is named at once', async () => {
  const { code, lines } = await runInProcess(hook, {})
  expect(lines).toEqual([
    '✗ The azd environment has no AZURE_AKS_CLUSTER_NAME, AZURE_AKS_RESOURCE_GROUP, AZURE_AKS_SUBSCRIPTION_ID: nothing is provisioned yet',
    '    azd up',
  ])
  expect(code).toBe(1)
})
