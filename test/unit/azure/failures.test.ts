import { describe, expect, test } from '@jest/globals'
import { explainUnreachable, identityFailure, resourceManagerFailure } from '../../../shared/azure/failures.ts'
import type { AksSettings } from '../../../shared/azure/index.ts'

const settings: AksSettings = {
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  resourceGroup: 'rg1',
  clusterName: 'clustername1',
  clientId: '11111111-1111-1111-1111-111111111111',
  credential: 'managed-identity',
  resourceManagerUrl: 'https://management.azure.com',
  timeoutMs: 20_000,
}
const need = { doing: 'read the node pools', role: 'Reader' }

/** An error as @azure/core-rest-pipeline throws it. */
const restError = (statusCode: number, message: string, headers: Record<string, string> = {}) =>
  Object.assign(new Error(message), { statusCode, response: { headers: new Map(Object.entries(headers)) } })

describe('an error of Azure Resource Manager', () => {
  test('about a missing role names the role, and the command that grants it to the refused identity', () => {
    // The text of a real answer, with invented ids.
    const refused = restError(
      403,
      "The client '22222222-2222-2222-2222-222222222222' with object id '33333333-3333-3333-3333-333333333333' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/agentPools/read' over scope '/subscriptions/x' or the scope is invalid.",
    )
    expect(resourceManagerFailure(refused, settings, need)).toMatchObject({
      code: 'azure-role-missing',
      message: expect.stringContaining(
        'az role assignment create --assignee-object-id 33333333-3333-3333-3333-333333333333 ' +
          '--assignee-principal-type ServicePrincipal --role "Reader" --scope ' +
          '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/clustername1`',
      ),
    })
  })

  test.each([
    [restError(404, 'The Resource was not found'), 'cluster-not-found', 'AKS_CLUSTER_NAME', undefined],
    [restError(429, 'Too many', { 'retry-after': '7' }), 'azure-throttled', 'throttles', 7],
    [restError(429, 'Too many'), 'azure-throttled', 'throttles', 10],
    [restError(503, 'Unavailable'), 'azure-unreachable', '(503)', 5],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'azure-unreachable', '(ECONNREFUSED)', 5],
    [Object.assign(new Error('x'), { name: 'AbortError' }), 'azure-unreachable', 'did not answer in time', 5],
  ])('%s is %s', (error, code, text, retryAfterSeconds) => {
    expect(resourceManagerFailure(error, settings, need)).toMatchObject({
      code,
      message: expect.stringContaining(text),
      retryAfterSeconds,
    })
  })
})

describe('the error when there is no token', () => {
  test.each([
    [settings, 'client id 11111111-1111-1111-1111-111111111111', 'az functionapp identity assign'],
    [{ ...settings, clientId: undefined }, 'a system-assigned identity', 'az functionapp identity assign'],
    [{ ...settings, credential: 'azure-cli' as const }, 'az login', 'azure-cli'],
    [{ ...settings, credential: 'default' as const }, 'az login', 'default'],
  ])('says what is missing: %#', (by, ...texts) => {
    const { code, message } = identityFailure(new Error('as Azure put it'), by)
    expect(code).toBe('identity-unavailable')
    for (const text of [...texts, 'as Azure put it']) expect(message).toContain(text)
  })
})

describe('a cluster that does not answer', () => {
  test.each([
    [{ powerState: { code: 'Stopped' } }, 'cluster-stopped', 'az aks start -g rg1 -n clustername1'],
    [{ apiServerAccessProfile: { enablePrivateCluster: true } }, 'cluster-private', 'virtual network'],
    [
      { apiServerAccessProfile: { authorizedIPRanges: ['203.0.113.0/24'] } },
      'cluster-private',
      'lets only 203.0.113.0/24 reach its API server',
    ],
  ])('%j is %s', (facts, code, text) => {
    expect(explainUnreachable(facts, settings)).toMatchObject({ code, message: expect.stringContaining(text) })
  })

  test('without a reason in Azure stays unexplained', () => {
    expect(explainUnreachable({ powerState: { code: 'Running' } }, settings)).toBeUndefined()
  })
})
