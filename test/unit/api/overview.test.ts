import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { startCluster } from '../../../dev/cluster/index.ts'
import { crowd } from '../../bench/page/crowd.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { apiOn } from './apiOn.ts'

/** What the list of so many projects costs: calls to Kubernetes, and bytes of the answer as it is sent. */
async function costOf(projects: number) {
  const embedded = await startCluster({ projects: crowd(projects, { asleep: projects }), controllers: false })
  const { cluster, calls, close } = clusterAt(embedded.url)
  try {
    const { api } = apiOn(cluster, { requestTimeoutMs: 60_000 })
    const answer = await api.request('/api/v1/projects', { headers: { 'accept-encoding': 'gzip' } })
    const sent = new Uint8Array(await answer.arrayBuffer())
    const text = gunzipSync(sent).toString()
    expect(JSON.parse(text).projects).toHaveLength(projects)
    return { calls: calls.length, sent: sent.length, text: text.length }
  } finally {
    await close()
    await embedded.stop()
  }
}

test('an overview of 200 projects with 5,000 workloads takes Kubernetes as many lists as one of 5, and few bytes', async () => {
  const [few, many] = [await costOf(5), await costOf(200)]
  // Kubernetes gives 1,000 Deployments at once.
  expect(many.calls).toBeLessThanOrEqual(few.calls + 4)
  expect(many.text / 200).toBeLessThan(1500)
  expect(many.sent).toBeLessThan(20_000)
}, 60_000)
