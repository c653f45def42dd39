import { afterEach, beforeEach } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { clusterAt } from './clusterAt.ts'

/** An embedded cluster without controllers for each test of a file, and our client for it. */
export function embeddedForEach() {
  let embedded: EmbeddedCluster
  let client: ReturnType<typeof clusterAt>
  beforeEach(async () => {
    embedded = await startCluster({ controllers: false })
    client = clusterAt(embedded.url)
  })
  afterEach(async () => {
    await client.close()
    await embedded.stop()
  })
  return {
    get embedded() {
      return embedded
    },
    get client() {
      return client
    },
  }
}
