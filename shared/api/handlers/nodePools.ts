import { statusOfNodePools } from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { json } from '../json.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { azureWord, nodePoolBody } from './answers/nodes.ts'

/** The node pools: those of the caller's projects, or all when the caller is not limited to any. */
export function serveNodePools(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  serve(routes.nodePools, async (c) => {
    const neighbours = await lookup.projects(c)
    const onlyOfProjects = c.get('caller').projects !== undefined
    const circumstances = { now: now(), neighbours, onlyOfProjects, signal: c.get('deadline') }
    const { pools, withoutAzure } = await statusOfNodePools(scaling, circumstances)
    const answer = {
      status: 'success' as const,
      azure: azureWord(withoutAzure),
      node_pools: pools.map(nodePoolBody),
      timestamp: now().toISOString(),
    }
    return json(c, answer)
  })
}
