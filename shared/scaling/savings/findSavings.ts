import type { CallOptions } from '../cluster/cluster.ts'
import { findWatch, type Watch } from '../heartbeat/watch.ts'
import { historyKeys, historyName, readHistory } from '../project/history/history.ts'
import type { Project } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'
import { type Savings, savingsOf } from './savings.ts'

/** The savings of one project. */
export interface ProjectSavings {
  project: Project
  savings: Savings[]
  /** The reason why its history could not be read; it then has no savings. */
  unread: string | undefined
}

/** The savings of all, and when somebody has looked at the nodes. */
export interface FoundSavings {
  watch: Watch | undefined
  projects: ProjectSavings[]
}

// Below this a GET each is less to read than a LIST, which has the histories of everybody.
const mostSingly = 10

/**
 * Reads what these projects have saved in the last days: one LIST of the histories of the whole cluster, or a GET each where
 * they are few.
 * @throws ScalingError
 */
export async function findSavings(
  scaling: Scaling,
  projects: Project[],
  { days, now, ...options }: CallOptions & { days: number; now: Date },
): Promise<FoundSavings> {
  const [watch, { texts, unread }] = await Promise.all([
    findWatch(scaling, options),
    readNights(scaling, projects, options),
  ])
  return {
    watch,
    projects: projects.map((project) => {
      const { nights } = readHistory({ [historyKeys.nights]: texts.get(project.home.name) ?? '' })
      const { zone } = project
      return {
        project,
        savings: savingsOf(nights, { zone, days, now, watch }),
        unread: unread.get(project.home.name),
      }
    }),
  }
}

interface Texts {
  /** The nights of each home, as its history has them. */
  texts: Map<string, string>
  /** The homes of which the history is too large to be kept, each with the reason. */
  unread: Map<string, string>
}

async function readNights({ cluster }: Scaling, projects: Project[], options: CallOptions): Promise<Texts> {
  const key = historyKeys.nights
  const unread = new Map<string, string>()
  if (projects.length <= mostSingly) {
    const found = await Promise.all(
      projects.map(async ({ home: { name: namespace } }) => {
        const configMap = await cluster.getConfigMap({ namespace, name: historyName }, options)
        return [namespace, configMap?.data[key] ?? ''] as const
      }),
    )
    return { texts: new Map(found), unread }
  }
  const onTooLarge = (namespace: string, error: Error) => unread.set(namespace, error.message)
  const listed = await cluster.listConfigMaps({ name: historyName, key }, { ...options, onTooLarge })
  return { texts: new Map(listed.map(({ namespace, text }) => [namespace, text])), unread }
}
