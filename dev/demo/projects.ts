import type { Pool } from '../cluster/index.ts'

/** A project of the demo. */
export interface DemoProject {
  name: string
  pool: string
  vmSize: string
  timeZone: string
  scaleDown: string
  scaleUp: string
  /** The replicas of each Deployment. */
  deployments: Record<string, number>
  annotations?: Record<string, string>
}

/** It is Friday evening in Tokyo, and the Monday that follows is a holiday there. */
export const beginning = new Date('2027-01-08T21:30:00+09:00')

const tokyo = { timeZone: 'Asia/Tokyo', scaleDown: '0 22 * * *', scaleUp: '0 7 * * MON-FRI' }
const general = 'Standard_D4s_v5'

/** Projects in three zones. */
export const demoProjects: readonly DemoProject[] = [
  {
    ...{ name: 'shop', pool: 'shop', vmSize: general, ...tokyo, deployments: { web: 3, api: 2, worker: 2 } },
    annotations: { 'aks-scale-to-zero/holidays': 'JP' },
  },
  { name: 'payments', pool: 'payments', vmSize: general, ...tokyo, deployments: { api: 2, ledger: 1 } },
  { name: 'staging', pool: 'staging', vmSize: general, ...tokyo, deployments: { web: 1, api: 1 } },
  {
    ...{ name: 'ml-training', pool: 'gpu', vmSize: 'Standard_NC24ads_A100_v4', timeZone: 'America/New_York' },
    ...{ scaleDown: '0 20 * * *', scaleUp: '0 8 * * MON-FRI', deployments: { notebook: 1, trainer: 2 } },
  },
  {
    ...{ name: 'docs-portal', pool: 'docs', vmSize: general, timeZone: 'Europe/Berlin' },
    ...{ scaleDown: '0 18 * * *', scaleUp: '0 7 * * MON-FRI', deployments: { site: 2, search: 1 } },
  },
]

/** The PROJECTS setting of the demo. */
export const projectsSetting = (): string =>
  JSON.stringify(
    demoProjects.map(({ name, pool, timeZone, scaleDown, scaleUp }) => ({
      ...{ name, nodePool: pool, timeZone, scaleDown, scaleUp },
    })),
  )

/** A node is full with so many Pods. */
export const podsOfNode = 4

/** Their node pools. */
export const demoPools: readonly Pool[] = demoProjects.map(({ name, pool, vmSize }) => ({
  name: pool,
  labels: { 'kubernetes.azure.com/mode': 'user', 'node.kubernetes.io/instance-type': vmSize, project: name },
  taints: [],
  capacity: { pods: String(podsOfNode) },
}))

/** The NODE_PRICES setting of the demo. */
export const demoPrices = JSON.stringify({
  currency: 'USD',
  kind: 'own price',
  source: 'round figures, invented for the demo',
  perHour: { [general]: 0.2, Standard_NC24ads_A100_v4: 4 },
})
