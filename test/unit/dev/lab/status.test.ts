import { expect, test } from '@jest/globals'
import { statusTable } from '../../../../dev/lab/status.ts'

test('the status table is aligned, and shows processes that are down or listen nowhere', () => {
  const table = statusTable([
    { component: 'etcd', pid: 17485, ports: [20_001, 20_002], log: '/logs/etcd.log' },
    { component: 'karpenter', pid: undefined, ports: [20_003], log: '/logs/karpenter.log' },
    { component: 'scale-api-log', pid: 7, ports: [], log: '/logs/scale-api-log.log' },
  ])
  expect(table.split('\n')).toEqual([
    'COMPONENT      STATE  PID    PORTS        LOG',
    'etcd           up     17485  20001 20002  /logs/etcd.log',
    'karpenter      down   -      20003        /logs/karpenter.log',
    'scale-api-log  up     7      -            /logs/scale-api-log.log',
  ])
})
