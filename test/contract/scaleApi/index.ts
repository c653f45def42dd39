import { afterAll, beforeAll, describe, jest } from '@jest/globals'
import { createNamespace, type TestNamespace } from '../namespace.ts'
import { describeDryRun } from './dryRun.ts'
import { describeExceptions } from './exceptions.ts'
import { describeInvalidRequests } from './invalidRequests.ts'
import { describeNodePools } from './nodePools.ts'
import { describeProjects } from './projects.ts'
import { describeRestore } from './restore.ts'
import { describeScaleToZero } from './scaleToZero.ts'
import { describeScaleUp } from './scaleUp.ts'
import { describeService } from './service.ts'
import { describeStatus } from './status.ts'
import { describeStorm } from './storm.ts'
import { type Subject, testedApi } from './testedApi.ts'
import { describeValidRequests } from './validRequests.ts'
import { describeWaking } from './waking.ts'

export type { Subject } from './testedApi.ts'

// Controllers are slow on a busy machine; every wait of these tests ends as soon as its condition holds.
jest.setTimeout(120_000)

/**
 * Tests the promises of the API. Every subject, embedded or real, must keep all of them.
 * @param start brings the subject up; called once
 */
export function describeScaleApi(name: string, start: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject
    let kubernetes: TestNamespace
    beforeAll(async () => {
      subject = await start()
      kubernetes = await createNamespace(subject.kubeconfig)
    }, 120_000)
    afterAll(async () => {
      await kubernetes?.remove()
      await subject?.stop()
    }, 60_000)

    const tested = testedApi(() => ({ subject, kubernetes }))
    describeService(tested)
    describeStatus(tested)
    describeWaking(tested)
    describeScaleToZero(tested)
    describeRestore(tested)
    describeScaleUp(tested)
    describeDryRun(tested)
    describeProjects(tested)
    describeExceptions(tested)
    describeNodePools(tested)
    describeStorm(tested)
    describeInvalidRequests(tested)
    describeValidRequests(tested)
  })
}
