import { describe, expect, test } from '@jest/globals'
import { isoTime } from './fields.ts'
import type { Body, TestedApi } from './testedApi.ts'

export function describeNodePools(tested: TestedApi): void {
  const { call, deployRunning } = tested

  describe('the node pools', () => {
    type Pool = { name: string; mode?: string; count: number; nodes: { name: string; pods: number }[] }
    const nodePools = async () => {
      const answer = await call('/api/v1/node-pools')
      expect(answer.status).toBe(200)
      return answer.body as Body & { azure: string; node_pools: Pool[] }
    }

    test('are listed with their nodes and the number of Pods on each', async () => {
      await deployRunning()
      const { status: said, node_pools: pools, timestamp } = await nodePools()
      expect({ said, timestamp }).toEqual({ said: 'success', timestamp: isoTime })
      const system = pools.find(({ name }) => name === 'system')
      expect(system).toMatchObject({ mode: 'System', count: system?.nodes.length, warnings: [] })
      expect(system).not.toHaveProperty('project')
      const node = { name: expect.stringContaining('aks-system-'), ready: true, since: isoTime }
      const counts = { pods: expect.any(Number), daemon_pods: 0 }
      expect(system?.nodes).toEqual(system?.nodes.map(() => ({ ...node, ...counts })))
      const pods = system?.nodes.reduce((sum, one) => sum + one.pods, 0)
      expect(pods).toBeGreaterThanOrEqual(2)
    })

    test('are listed with the facts from Azure, or with the reason why these are missing', async () => {
      const { azure, node_pools: pools } = await nodePools()
      const projecta = pools.find(({ name }) => name === 'projecta')
      if (tested.subject.azure) {
        expect(azure).toBe('connected')
        const states = { provisioning_state: 'Succeeded', power_state: 'Running' }
        expect(projecta).toMatchObject({ mode: 'User', min: 0, max: 5, autoscaling: true, ...states })
      } else {
        expect(azure).toContain('no identity in Azure')
        expect(projecta).not.toHaveProperty('provisioning_state')
      }
    })

    test('accept no unknown parameter', async () => {
      expect(await call('/api/v1/node-pools?pool=x')).toMatchObject({ status: 400 })
    })
  })
}
