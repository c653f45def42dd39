import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../run/environment.ts'
import { HookError } from '../run/hookError.ts'
import { type Hook, type HookContext, millisecondsOf } from '../run/runHook.ts'
import { createTools, type Tools } from '../run/tools.ts'
import { createKubectl, type Kubectl } from './kubectl.ts'

/** The options of a command that works on a cluster. */
export const clusterOptions = {
  kubeconfig: { type: 'string' },
  'role-wait': { type: 'string', default: '300' },
  'retry-every': { type: 'string', default: '10' },
} as const satisfies Hook['options']

/** A cluster that can be worked on. */
export interface Reached {
  kubectl: Kubectl
  /** Of the file. */
  kubeconfig: string
}

/**
 * Works on the cluster of this azd environment, by a kubeconfig that is removed again. A given one is used as it is.
 * @throws HookError, Unreachable
 */
export async function onCluster<Result>(
  { tools, environment, options }: HookContext,
  work: (reached: Reached) => Promise<Result>,
): Promise<Result> {
  const patience = { roleWaitMs: millisecondsOf(options, 'role-wait'), everyMs: millisecondsOf(options, 'retry-every') }
  const workWith = (kubeconfig: string) => work({ kubeconfig, kubectl: createKubectl(tools, kubeconfig, patience) })
  if (options.kubeconfig !== undefined) return workWith(String(options.kubeconfig))
  const folder = mkdtempSync(join(tmpdir(), 'aks-scale-to-zero-'))
  try {
    const file = join(folder, 'kubeconfig')
    await fetchKubeconfig(tools, environment, file)
    return await workWith(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fetchKubeconfig(tools: Tools, environment: Environment, file: string): Promise<void> {
  const {
    AZURE_AKS_CLUSTER_NAME: name,
    AZURE_AKS_RESOURCE_GROUP: group,
    AZURE_AKS_SUBSCRIPTION_ID: subscription,
  } = environment.need('AZURE_AKS_CLUSTER_NAME', 'AZURE_AKS_RESOURCE_GROUP', 'AZURE_AKS_SUBSCRIPTION_ID')
  // With a kubelogin on the PATH, az converts the file of KUBECONFIG, and not the one that it has just written.
  const own = {
    ...tools,
    run: ((command, options) => tools.run(command, { ...options, env: { KUBECONFIG: file } })) as Tools['run'],
  }
  const { az } = createTools(own)
  await az`aks get-credentials --resource-group ${group} --name ${name} --subscription ${subscription} --file ${file} --overwrite-existing`
  // A cluster with Entra ID names kubelogin, which then uses the sign-in of az.
  if (!readFileSync(file, 'utf8').includes('kubelogin')) return
  const { code, stderr } = await tools.run([
    'kubelogin',
    'convert-kubeconfig',
    '--kubeconfig',
    file,
    '--login',
    'azurecli',
  ])
  if (code !== 0) throw new HookError(`kubelogin failed: ${stderr.trim()}`, 'az aks install-cli')
}
