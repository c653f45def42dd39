import type { CallOptions, Cluster } from '../cluster/cluster.ts'
import type { ClusterNode } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Workload } from '../cluster/workload.ts'
import type { ScalingError } from '../errors.ts'
import { nodesOf, whyUnknown } from '../project/ownNodes.ts'
import type { Project } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import { blockersOf } from './blockersOf.ts'
import { explanationOf } from './explanation.ts'
import { type NodePool, type NodePools, readNodePools } from './nodePools.ts'
import { whyNeverZero } from './obstacles.ts'
import { misnamed, poolsOf } from './ownership.ts'

/** One node of a project. While the project is awake it has no blockers and no explanation: they are not looked up. */
export interface ProjectNode {
  node: ClusterNode
  blockers: Blocker[]
  /** Why it is still there although nothing holds it. */
  explanation: string | undefined
}

/** All that is known of a project's nodes. */
export interface ProjectNodes {
  pools: NodePool[]
  nodes: ProjectNode[]
  shouldBeAsleep: boolean
  /** Why its pools never reach zero, each as a sentence. */
  warnings: string[]
  /** Says that the node pool which the project names does not exist. */
  misnamed: string | undefined
  /** The reason why nothing of this is known. */
  unknown: string | undefined
  /** Says that these nodes are guessed, and by what. */
  guess: string | undefined
  /** The reason why only Kubernetes' half of the pools is known. */
  withoutAzure: string | undefined
}

/** A project whose nodes are asked for. */
export interface Subject {
  project: Project
  workloads: Workload[]
  shouldBeAsleep: boolean
  guess?: string | undefined
}

/** The reader for whom nodes are read, and the nodes if they were listed already. */
export interface Circumstances extends CallOptions {
  now: Date
  /** Every project that may be named to the reader. */
  neighbours: Project[]
  /** Whether only the node pools of the neighbours may be named to the reader. */
  onlyOfProjects?: boolean
  nodes?: ClusterNode[]
}

/** The answer for a project whose nodes are unknown, with the reason. */
export const unknownNodes = ({ shouldBeAsleep }: Subject, unknown: string): ProjectNodes => ({
  pools: [],
  nodes: [],
  shouldBeAsleep,
  warnings: [],
  misnamed: undefined,
  unknown,
  guess: undefined,
  withoutAzure: undefined,
})

/**
 * Reads the nodes of each project, and finds what holds those of the projects that should be asleep. It takes one LIST
 * of Pods for each such node, and one LIST of everything else for all projects together.
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
  const unread = new Map<string, string>()
  const onTooLarge = (namespace: string, error: ScalingError) => unread.set(namespace, error.message)
  const budgets = overdue.length === 0 ? [] : await cluster.listPodDisruptionBudgets({ ...circumstances, onTooLarge })
  return subjects.map((subject) => {
    const { project, shouldBeAsleep, guess } = subject
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
      warnings: [...pools.flatMap(whyNeverZero), ...project.namespaces.flatMap(({ name }) => unread.get(name) ?? [])],
      misnamed: misnamed(project, known, circumstances),
      unknown: whyUnknown(project),
      guess,
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
