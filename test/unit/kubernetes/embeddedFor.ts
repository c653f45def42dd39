import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { clusterAt } from './clusterAt.ts'

/** An embedded cluster without controllers for each test of a file, and our client for it. */
export const embeddedForEach = () => embeddedFrom(beforeEach, afterEach)

/** The same, one for all tests of a file. */
export const embeddedForAll = () => embeddedFrom(beforeAll, afterAll)

function embeddedFrom(before: typeof beforeAll, after: typeof afterAll) {
  let embedded: EmbeddedCluster
  let client: ReturnType<typeof clusterAt>
  before(async () => {
    embedded = await startCluster({ controllers: false })
    client = clusterAt(embedded.url)
  })
  after(async () => {
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
