import { error, type Finding } from './finding.ts'
import { existingClusterOf, type Preflight } from './preflight.ts'

/** The Node version of the function app: infra/modules/functionApp.bicep and scale-api/Dockerfile have the same. */
const nodeMajor = '24'

/** Whether the region has the plan of the function app, its Node, and the Kubernetes version of the cluster. */
export async function checkRegion(preflight: Preflight): Promise<Finding[]> {
  const checks = [checkFlexConsumption(preflight)]
  if (existingClusterOf(preflight.environment) === undefined) checks.push(checkKubernetesVersion(preflight))
  return (await Promise.all(checks)).flat()
}

async function checkFlexConsumption({ tools, location, subscription }: Preflight): Promise<Finding[]> {
  const offered = await tools.az<
    { name: string }[]
  >`functionapp list-flexconsumption-locations --subscription ${subscription}`
  if (!offered.some(({ name }) => name === location)) {
    return [
      error(
        `${location} does not offer the Flex Consumption plan, which the function app needs`,
        `azd env set AZURE_LOCATION <one of: ${offered.map(({ name }) => name).join(', ')}>`,
      ),
    ]
  }
  const stacks = await tools.az<
    { version: string }[]
  >`functionapp list-flexconsumption-runtimes --location ${location} --runtime node --subscription ${subscription}`
  if (stacks.some(({ version }) => version.split('.')[0] === nodeMajor)) return []
  return [
    error(
      `${location} does not offer Node ${nodeMajor} on the Flex Consumption plan, but ${stacks.map(({ version }) => version).join(', ')}`,
      'azd env set AZURE_LOCATION <another region>',
    ),
  ]
}

async function checkKubernetesVersion({ tools, location, subscription, parameters }: Preflight): Promise<Finding[]> {
  const wanted = parameters('KUBERNETES_VERSION')
  const { values } = await tools.az<{
    values: { version: string; isPreview?: boolean | null; patchVersions?: Record<string, unknown> }[]
  }>`aks get-versions --location ${location} --subscription ${subscription}`
  const offered = values.filter(({ isPreview }) => !isPreview)
  const has = ({ version, patchVersions }: (typeof values)[number]) =>
    version === wanted || wanted in (patchVersions ?? {})
  if (offered.some(has)) return []
  return [
    error(
      `${location} does not offer Kubernetes ${wanted}, but ${offered.map(({ version }) => version).join(', ')}`,
      'azd env set KUBERNETES_VERSION <one of these>',
    ),
  ]
}
