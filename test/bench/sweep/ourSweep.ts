import { type Project, resolveProjects, type SweepRequest, sweepProject } from '../../../shared/scaling/index.ts'
import { clientOf } from './client.ts'
import type { Job, Run } from './measured.ts'

/** The request of a timer when a scale-down is due. */
export const scaleDownOf = ({ namespaces }: Job): SweepRequest => ({
  project: projectOf(namespaces),
  action: 'scale-down',
  reason: 'scale-down of the schedule at 2026-01-01T00:00:00.000Z',
  actor: 'schedule',
  now: new Date(),
})

function projectOf(namespaces: string[]): Project {
  const settings = { name: 'bench', namespaces, scaleDown: [], scaleUp: [], timeZone: 'UTC' }
  const existing = namespaces.map((name) => ({
    name,
    uid: '',
    resourceVersion: '1',
    createdAt: '',
    annotations: {},
    labels: {},
  }))
  const [project] = resolveProjects([settings], existing, {
    now: new Date(),
    protection: { added: [], removed: [] },
  })
  if (project === undefined) throw new Error('a project has at least one namespace')
  return project
}

/** Our sweep of a project, including its LISTs. */
export async function ourSweep(job: Job): Promise<() => Promise<Run>> {
  const { scaling, counted } = clientOf(job)
  // A tick makes this call before its sweep: the code that the first call loads is not part of the sweep.
  await scaling.cluster.listNamespaces()
  counted.requests = {}
  return async () => {
    const { outcomes } = await sweepProject(scaling, scaleDownOf(job))
    const failures = outcomes.flatMap((outcome) => (outcome.result === 'failed' ? [outcome.why] : []))
    return { ...counted, failures: failures.slice(0, 3) }
  }
}
