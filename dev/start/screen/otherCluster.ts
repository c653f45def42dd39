import type { Options } from '../options.ts'
import { scriptOf } from '../options.ts'

interface Other {
  /** The cluster for a person. */
  described: string
  /** How many projects it has; undefined when the host cannot say. */
  projects: number | undefined
}

/** The facts that a person must know about a cluster of their own before the first request, a line for each. */
export function otherCluster({ host, cluster, act }: Options, { described, projects }: Other): string[] {
  const lines = [`Cluster: ${described}`]
  if (host === 'functions') {
    const after = projects === undefined ? 'its projects' : `${projects} ${projects === 1 ? 'project' : 'projects'}`
    lines.push(
      act
        ? `The timers look after ${after}, and act.`
        : `The timers look after ${after} in dry run: they change nothing. To let them act: ${scriptOf(host)} -- ${flagsOf(cluster)} --act`,
    )
  }
  return [...lines, 'A request acts at once; with ?dry_run=true it only says what would change.']
}

function flagsOf(cluster: Options['cluster']): string {
  if (cluster.kind !== 'kubeconfig') return `--cluster ${cluster.kind}`
  const file = cluster.from.startsWith('--') ? cluster.from : '--cluster kubeconfig'
  return cluster.context === undefined ? file : `${file} --context ${cluster.context}`
}
