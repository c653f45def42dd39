import type { Context } from 'hono'
import {
  describeWorkload,
  inspect,
  inspectWhenReady,
  type PairOutcome,
  restore,
  scaleToZero,
  scaleUp,
} from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { json } from '../json.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'
import { isDryRun } from '../middleware/changing.ts'
import type { ScaleRecord } from '../middleware/requestRecord.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { scaledAnswer, statusAnswer } from './answers/deployments.ts'
import { patienceOf } from './patience.ts'
import { createWaits } from './waits.ts'

/** Scaling of one Deployment, and its status. */
export function serveDeployments(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)
  const waiting = createWaits()

  /** Makes the request of an operation, and notes it for the log. */
  async function operationOf(c: Context<ApiEnv>, action: ScaleRecord['action'], { reason }: { reason: string }) {
    const ref = await lookup.deployment(c)
    const dryRun = isDryRun(c)
    c.set('scale', { action, namespace: ref.namespace, name: ref.name, reason, dryRun })
    return { ref, reason, actor: c.get('caller').actor, now: now(), signal: c.get('deadline'), dryRun }
  }

  function answer(c: Context<ApiEnv>, outcome: PairOutcome) {
    const scale = { ...c.get('scale'), outcome }
    c.set('scale', scale)
    return scaledAnswer(outcome, { reason: scale.reason, now: now(), dryRun: scale.dryRun })
  }

  serve(routes.scaleToZero, async (c) => {
    const body = c.req.valid('json')
    const operation = await operationOf(c, 'scale-to-zero', body)
    const request = { ...operation, scheduledScaleUp: body.scheduled_scale_up, scope: 'workload' as const }
    return json(c, answer(c, await scaleToZero(scaling, request)))
  })

  serve(routes.scaleUp, async (c) => {
    const body = c.req.valid('json')
    const request = { ...(await operationOf(c, 'scale-up', body)), replicas: body.replicas }
    return json(c, answer(c, await scaleUp(scaling, request)))
  })

  serve(routes.restore, async (c) => {
    const request = await operationOf(c, 'restore', c.req.valid('json'))
    return json(c, answer(c, await restore(scaling, request)))
  })

  serve(routes.deploymentStatus, async (c) => {
    const { wait, timeout = 60 } = c.req.valid('query')
    if (wait === undefined) {
      const inspection = await inspect(scaling, await lookup.deployment(c), { signal: c.get('deadline') })
      return json(c, statusAnswer(inspection, { now: now(), waited: false }))
    }
    const { patience, deadline } = patienceOf(timeout, [options.draining, c.req.raw.signal])
    const ref = await lookup.deployment(c, AbortSignal.timeout(timeout * 1000))
    const waiter = { caller: c.get('caller').actor, object: describeWorkload(ref) }
    const inspection = await waiting(waiter, () => inspectWhenReady(scaling, ref, { patience, deadline }))
    return json(c, statusAnswer(inspection, { now: now(), waited: true }))
  })
}
