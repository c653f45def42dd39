import { describe, expect, test } from '@jest/globals'
import { describeNode, describePod } from '../../../../../dev/start/screen/describe.ts'

describe('the live lines', () => {
  const metadata = { namespace: 'project-a', name: 'sample-app-a-x' }
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] }

  test.each([
    [{ metadata, status: { phase: 'Pending' } }, 'pending waiting for a node'],
    [{ metadata, spec: { nodeName: 'n1' }, status: { phase: 'Running' } }, 'running on n1'],
    [{ metadata, spec: { nodeName: 'n1' }, status: { phase: 'Running', ...ready } }, 'running on n1, ready'],
    [{ metadata: { ...metadata, deletionTimestamp: new Date(0) }, status: ready }, 'terminating'],
  ])('say of a pod %j that it is %s', (pod, expected) => {
    expect(describePod(pod as Parameters<typeof describePod>[0])).toBe(`pod   project-a/sample-app-a-x  ${expected}`)
  })

  test.each([
    [{ metadata: { name: 'n1' }, status: ready }, 'node  n1  ready'],
    [{ metadata: { name: 'n1' }, status: ready, spec: { unschedulable: true } }, 'node  n1  ready, takes no more pods'],
    [{ metadata: { name: 'n1', labels: { 'kubernetes.azure.com/agentpool': 'a' } } }, 'node  n1 (pool a)  not ready'],
  ])('say of a node %j: %s', (node, expected) => {
    expect(describeNode(node as Parameters<typeof describeNode>[0])).toBe(expected)
  })
})
