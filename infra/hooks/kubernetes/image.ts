import type { Environment } from '../run/environment.ts'
import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'
import { imageTag } from './imageTag.ts'
import { lastLine } from './kubectl.ts'

/**
 * The image of scale-api: that of SCALE_API_IMAGE, otherwise the one in our registry, which is built there if it is
 * missing; where the registry builds nothing, on this machine. Without a registry there is none.
 * @throws HookError
 */
export async function provideImage(tools: Tools, environment: Environment): Promise<string | undefined> {
  const given = environment.get('SCALE_API_IMAGE')
  if (given !== '') return given
  const registry = environment.get('AZURE_CONTAINER_REGISTRY_NAME')
  if (registry === '') return undefined
  const tagged = `scale-api:${imageTag()}`
  const image = `${environment.need('AZURE_CONTAINER_REGISTRY_ENDPOINT').AZURE_CONTAINER_REGISTRY_ENDPOINT}/${tagged}`
  tools.say(`the image ${image}`)
  if (await isThere(tools, registry, tagged)) {
    tools.say('  is there already')
    return image
  }
  const built =
    await tools.azShown`acr build --registry ${registry} --image ${tagged} --file scale-api/Dockerfile --platform linux/amd64 --only-show-errors .`
  if (built.code === 0) return image
  tools.say(`  ${registry} did not build it: ${lastLine(built.stderr)}. Building it here, with Docker ...`)
  await buildHere(tools, registry, image)
  return image
}

async function isThere({ az }: Tools, registry: string, tagged: string): Promise<boolean> {
  try {
    await az`acr repository show --name ${registry} --image ${tagged}`
    return true
  } catch (failure) {
    if (failure instanceof HookError) return false
    throw failure
  }
}

async function buildHere({ run, azShown }: Tools, registry: string, image: string): Promise<void> {
  const docker = (...args: string[]) => run(['docker', ...args], { show: true })
  const steps = [
    () => azShown`acr login --name ${registry}`,
    () => docker('build', '--platform', 'linux/amd64', '--file', 'scale-api/Dockerfile', '--tag', image, '.'),
    () => docker('push', image),
  ]
  for (const step of steps) {
    const failure = await step().then(
      ({ code, stderr }) => (code === 0 ? undefined : lastLine(stderr)),
      (error: unknown) => {
        if (error instanceof HookError) return error.message
        throw error
      },
    )
    if (failure !== undefined) {
      throw new HookError(
        `The image of scale-api could be built neither in ${registry} nor here: ${failure}`,
        'azd env set SCALE_API_IMAGE <image that somebody has built from scale-api/Dockerfile>',
      )
    }
  }
}
