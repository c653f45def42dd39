import type { CallOptions, Cluster } from '../cluster/cluster.ts'
import type { ClusterNode } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Workload } from '../cluster/workload.ts'
import type { Project } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import { blockersOf } from './blockersOf.ts'
import { explanationOf } from './explanation.ts'

import { type NodePool, type NodePools, readNodePools } from './nodePools.ts'
import { whyNeverZero } from './obstacles.ts'
import { misnamed, nodesOf, poolsOf, whyUnknown } from './ownership.ts'

/** One node of a project. Of a project that is awake nobody asks what holds it. */
export interface ProjectNode {
  node: ClusterNode
  blockers: Blocker[]
  /** Why it is still there although nothing holds it. */
  explanation: string | undefined
}

/** What is known of a project's nodes. */
export interface ProjectNodes {
  pools: NodePool[]
  nodes: ProjectNode[]
  shouldBeAsleep: boolean
  /** Why they could not reach zero, each as a sentence. */
  warnings: string[]
  /** That the node pool it names does not exist. */
  misnamed: string | undefined
  /** Why nothing of this is known. */
  unknown: string | undefined
  /** Why only Kubernetes' half of the pools is known. */
  withoutAzure: string | undefined
}

/** A project whose nodes are asked for. */
export interface Subject {
  project: Project
  workloads: Workload[]
  shouldBeAsleep: boolean
}

/** For whom nodes are read, and what is known of them already. */
export interface Circumstances extends CallOptions {
  now: Date
  /** Every project that may be named to the reader. */
  neighbours: Project[]
  /** Whether no other node pools may be named to the reader than those of the neighbours. */
  onlyOfProjects?: boolean
  nodes?: ClusterNode[]
}

/** Of a project whose nodes cannot be told, why. */
export const unknownNodes = ({ shouldBeAsleep }: Subject, unknown: string): ProjectNodes => ({
  pools: [],
  nodes: [],
  shouldBeAsleep,
  warnings: [],
  misnamed: undefined,
  unknown,
  withoutAzure: undefined,
})

/**
 * What is known of the nodes of each project, and what holds those of the projects that should be asleep: one LIST of
 * Pods for each such node, and of everything else one for all projects.
 * @throws ScalingError
 */
export async function readProjectNodes(
  scaling: Scaling,
  subjects: Subject[],
  circumstances: Circumstances,
): Promise<ProjectNodes[]> {
  const { cluster } = scaling
  const isKnown = ({ project }: Subject) => whyUnknown(project) === undefined
  if (!subjects.some(isKnown))
    return subjects.map((subject) => unknownNodes(subject, whyUnknown(subject.project) ?? ''))
  const all = circumstances.nodes ?? (await cluster.listNodes(circumstances))
  const known = await readNodePools(scaling, all, circumstances)
  const overdue = subjects.flatMap(({ project, shouldBeAsleep }) => (shouldBeAsleep ? nodesOf(project, all) : []))
  const pods = await podsOn(cluster, overdue, circumstances)
  const budgets = overdue.length === 0 ? [] : await cluster.listPodDisruptionBudgets(circumstances)
  return subjects.map((subject) => {
    const { project, shouldBeAsleep } = subject
    const surroundings = { ...circumstances, ...subject, budgets, profile: known.profile }
    const pools = poolsOf(project, known.pools)
    return {
      pools,
      nodes: nodesOf(project, all).map((node) =>
        shouldBeAsleep
          ? judge(node, pods.get(node.name) ?? [], { known, surroundings })
          : { node, blockers: [], explanation: undefined },
      ),
      shouldBeAsleep,
      warnings: pools.flatMap(whyNeverZero),
      misnamed: misnamed(project, known, circumstances),
      unknown: whyUnknown(project),
      withoutAzure: known.withoutAzure,
    }
  })
}

type Judged = { known: NodePools; surroundings: Surroundings }

function judge(node: ClusterNode, pods: Pod[], { known, surroundings }: Judged): ProjectNode {
  const pool = known.pools.find(({ nodes }) => nodes.includes(node))
  const blockers = blockersOf({ node, pods, pool }, surroundings)
  if (blockers.length > 0) return { node, blockers, explanation: undefined }
  return { node, blockers, explanation: explanationOf({ node, pods, pool }, { ...known, now: surroundings.now }) }
}

/** The Pods on each node, by its name: one LIST a node, which the API server answers from an index. */
export async function podsOn(
  cluster: Cluster,
  nodes: ClusterNode[],
  options: CallOptions,
): Promise<Map<string, Pod[]>> {
  const list = async ({ name }: ClusterNode) => [name, await cluster.listPods({ nodeName: name }, options)] as const
  return new Map(await Promise.all(nodes.map(list)))
}
