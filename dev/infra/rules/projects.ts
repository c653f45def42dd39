import { readdirSync, readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { agentPoolOf } from '../../../shared/azure/index.ts'
import { readConfig } from '../../../shared/config.ts'
import { type NodePool, whyNeverZero } from '../../../shared/scaling/index.ts'
import type { Finding } from '../finding.ts'
import { appSettingsOf, type Given, ofType } from './rule.ts'

const pools = 'Microsoft.ContainerService/managedClusters/agentPools'
const file = 'infra/projects.json'
const poolFile = 'infra/modules/nodePool.bicep'

/** What the nodes of a pool have, which decides which Pods run there. */
export interface PoolNodes {
  name: string
  vmSize: string
  labels: Record<string, string>
  taints: { key: string; value: string; effect: string }[]
}

/** The pools of the projects that a deployment makes, with what their nodes have. */
export const poolNodesOf = (variant: Pick<Given, 'snapshot'>): PoolNodes[] =>
  ofType(variant, pools).map(({ name, properties }) => {
    const {
      vmSize,
      nodeLabels = {},
      nodeTaints = [],
    } = properties as {
      vmSize: string
      nodeLabels?: Record<string, string>
      nodeTaints?: string[]
    }
    return { name: name.split('/').at(-1) ?? name, vmSize, labels: nodeLabels, taints: nodeTaints.map(taintOf) }
  })

/** A taint as Azure writes it: `key=value:Effect`. */
function taintOf(text: string): PoolNodes['taints'][number] {
  const [, key = '', value = '', effect = ''] = /^([^=]+)=([^:]*):(\w+)$/.exec(text) ?? []
  return { key, value, effect }
}

/** The setting PROJECTS and the pools are the same projects, whose pools reach zero and take their workloads. */
export function checkProjects(given: Given): Finding[] {
  const projects = projectsOf(given)
  const found = poolNodesOf(given)
  if (given.kind === 'existing') {
    return found.map(({ name }) => ({
      file: poolFile,
      message: `it makes the pool ${name} in somebody else's cluster`,
    }))
  }
  const named = projects.map(({ nodePool }) => nodePool)
  const orphans = found.filter(({ name }) => !named.includes(name))
  const missing = projects.filter(({ nodePool }) => !found.some(({ name }) => name === nodePool))
  return [
    ...orphans.map(({ name }) => ({ file, message: `no project has the pool ${name}, so nothing puts it to zero` })),
    ...missing.map(({ name, nodePool }) => ({
      file,
      message: `project ${name} names the pool ${nodePool}, which nothing makes`,
    })),
    ...ofType(given, pools).flatMap(neverZero),
    ...projects.flatMap((project) =>
      found.filter(({ name }) => name === project.nodePool).flatMap((pool) => misfits(project, pool, given.root)),
    ),
  ]
}

type ProjectSetting = ReturnType<typeof readConfig>['projects'][number]

function projectsOf(given: Given): ProjectSetting[] {
  const { PROJECTS = '[]' } = appSettingsOf(given)
  try {
    return readConfig({ PROJECTS }).projects
  } catch {
    // The rule about app settings says what is wrong with it.
    return []
  }
}

/** What our own rule says of a pool that cannot reach zero. */
function neverZero({ name, properties }: { name: string; properties?: object }): Finding[] {
  const pool = name.split('/').at(-1) ?? name
  const azure = agentPoolOf({ ...properties, name: pool } as Parameters<typeof agentPoolOf>[0])
  const known: NodePool = { name: pool, azure, karpenter: undefined, group: undefined, nodes: [] }
  return whyNeverZero(known).map((message) => ({ file: poolFile, message }))
}

interface Sample {
  kind: string
  metadata: { namespace: string; name: string }
  spec: { template: { spec: { nodeSelector?: Record<string, string>; tolerations?: Toleration[] } } }
}
interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

/** What keeps the samples of a project off its pool, and what lets others in. */
function misfits({ name, namespaces }: ProjectSetting, pool: PoolNodes, root: string): Finding[] {
  const owner = pool.taints.find(({ key, value }) => key === 'aks-scale-to-zero/project' && value === name)
  const untainted =
    owner?.effect === 'NoSchedule'
      ? []
      : [
          {
            file: poolFile,
            message: `pool ${pool.name} lacks the taint aks-scale-to-zero/project=${name}:NoSchedule, so Pods of others can hold its nodes`,
          },
        ]
  const off = samplesOf(root)
    .filter(({ metadata }) => namespaces.includes(metadata.namespace))
    .flatMap(
      ({
        metadata,
        spec: {
          template: { spec },
        },
      }) => {
        const { nodeSelector = {}, tolerations = [] } = spec
        const labels = Object.entries(nodeSelector).filter(([key, value]) => pool.labels[key] !== value)
        const taints = pool.taints.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)))
        const why = [
          ...labels.map(([key, value]) => `wants the label ${key}=${value}`),
          ...taints.map(({ key, value }) => `does not tolerate ${key}=${value}`),
        ]
        return why.map((what) => ({ file, message: `${metadata.name} cannot run on pool ${pool.name}: it ${what}` }))
      },
    )
  return [...untainted, ...off]
}

const tolerates = ({ key, operator, value, effect }: Toleration, taint: PoolNodes['taints'][number]): boolean =>
  key === taint.key &&
  (operator === 'Exists' || value === taint.value) &&
  (effect === undefined || effect === taint.effect)

const samplesOf = (root: string): Sample[] =>
  readdirSync(`${root}samples`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .flatMap((path) => loadAll(readFileSync(`${root}samples/${path}`, 'utf8')) as Sample[])
    .filter(({ kind }) => kind === 'Deployment')
