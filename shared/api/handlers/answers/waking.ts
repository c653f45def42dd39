import type { z } from '@hono/zod-openapi'
import type { Waking } from '../../../scaling/index.ts'
import { cut } from '../../../schedule/index.ts'
import type { DeploymentStatus } from '../../contract/answers/deployments.ts'
import type { ProjectBody } from '../../contract/answers/projects.ts'

type DeploymentWaking = NonNullable<z.infer<typeof DeploymentStatus>['deployment']['waking']>
type ProjectWaking = z.infer<typeof ProjectBody>['waking'][number]

const mostPods = 20
const mostPodsOfProject = 200

// A condition or a container of somebody's may say a page.
const longestWhy = 500

const whyOf = ({ why }: { why: string | undefined }): string | undefined => why && cut(why, longestWhy)

/** How far a workload has come, with at most so many of its Pods, for the API's readers. */
export function wakingBody(waking: Waking, most = mostPods): DeploymentWaking {
  const told = waking.pods.slice(0, most)
  const more = waking.pods.length - told.length
  return {
    stage: waking.stage,
    since: waking.since,
    why: whyOf(waking),
    pods: told.map(({ waitsFor, ...pod }) => ({ ...pod, why: whyOf(pod), waits_for: waitsFor })),
    ...(more > 0 && { more_pods: more }),
  }
}

/**
 * How far the workloads of a project have come, for the API's readers.
 * @param withPods whether their Pods are told, too; of the many projects of an overview they would be too many
 */
export function wakingBodies(waking: Waking[], { withPods }: { withPods: boolean }): ProjectWaking[] {
  let left = mostPodsOfProject
  return waking.map((one) => {
    const { kind, namespace, name } = one.ref
    if (!withPods) return { kind, namespace, name, stage: one.stage, since: one.since, why: whyOf(one) }
    const body = wakingBody(one, Math.min(left, mostPods))
    left -= body.pods.length
    return { kind, namespace, name, ...body }
  })
}
