import { Pool } from 'undici'
import { inClusterConnection } from '../../../shared/kubernetes/index.ts'
import { decideScaleToZero } from '../../../shared/scaling/workload/decide.ts'
import { patchTo } from '../../../shared/scaling/workload/patch/patch.ts'
import { clientOf } from './client.ts'
import { inParallel } from './inParallel.ts'
import type { Job, Run } from './measured.ts'
import { scaleDownOf } from './ourSweep.ts'

/**
 * The practical limit: it sends the PATCHes of our sweep, made before the clock starts, with undici alone. It lists
 * nothing, decides nothing, reads no answer and repeats nothing.
 */
export async function bareLoop(job: Job): Promise<() => Promise<Run>> {
  const { identity, concurrency = 16 } = job
  const patches = await patchesOf(job)
  const { server, tls, authorization } = await inClusterConnection(identity, () => performance.now()).access()
  const pool = new Pool(new URL(server).origin, { connections: concurrency, allowH2: false, connect: tls })
  const headers = { authorization, 'content-type': 'application/json-patch+json', accept: 'application/json' }
  const run: Run = { requests: { patch: 0 }, conflicts: 0, throttled: 0, failures: [] }
  return async () => {
    await inParallel(patches, concurrency, async ({ path, body }) => {
      const answer = await pool.request({ method: 'PATCH', path, headers, body })
      await answer.body.dump()
      run.requests.patch = (run.requests.patch ?? 0) + 1
      if (answer.statusCode === 409 || answer.statusCode === 422) run.conflicts++
      else if (answer.statusCode === 429) run.throttled++
      else if (answer.statusCode >= 300) run.failures.push(`${path} answered ${answer.statusCode}`)
    })
    return run
  }
}

async function patchesOf(job: Job): Promise<{ path: string; body: string }[]> {
  const { cluster } = clientOf(job).scaling
  const query = '?fieldManager=aks-scale-to-zero'
  const request = { ...scaleDownOf(job), scheduledScaleUp: undefined, scope: 'project' as const }
  const lists = job.namespaces.map((namespace) => cluster.listWorkloads({ kind: 'Deployment', namespace }))
  return (await Promise.all(lists)).flat().flatMap((workload) => {
    const { wanted } = decideScaleToZero(workload, request)
    if (wanted === undefined) return []
    const path = `/apis/apps/v1/namespaces/${workload.ref.namespace}/deployments/${workload.ref.name}${query}`
    return { path, body: JSON.stringify(patchTo(workload, wanted)) }
  })
}
