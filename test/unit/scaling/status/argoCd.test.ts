import { expect, test } from '@jest/globals'
import { argoApplicationsOf } from '../../../../shared/scaling/status/argoCd.ts'
import { workload } from '../workloads.ts'

test('each Application is named once, and no more of them than a person reads', () => {
  const named = (argoApplication?: string) => workload({ argoApplication })
  expect(argoApplicationsOf([named('shop'), named(), named('cart'), named('shop')])).toEqual(['cart', 'shop'])
  expect(argoApplicationsOf(Array.from({ length: 30 }, (_, index) => named(`a${index}`)))).toHaveLength(20)
})
