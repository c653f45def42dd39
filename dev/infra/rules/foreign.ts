import { subscriptionId } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'
import { fileWith, type Given, ofType } from './rule.ts'

/** Nothing is written outside of our own resource group, but the rights on a cluster that exists. */
export function checkForeign(given: Given): Finding[] {
  const { root, kind, snapshot } = given
  const own = ofType(given, 'Microsoft.Resources/resourceGroups').map(({ id }) => id)
  if (own.length !== 1) return [{ file: 'infra/main.bicep', message: `it makes ${own.length} resource groups` }]
  const elsewhere = snapshot.predictedResources.filter(({ id }) => !id.startsWith(own[0] ?? ''))
  return elsewhere
    .filter(({ type }) => kind !== 'existing' || type !== 'Microsoft.Authorization/roleAssignments')
    .map(({ type, id }) => ({
      file: fileWith(root, `'${type}@`),
      message: `it writes ${type} outside of our resource group: ${id.replace(`/subscriptions/${subscriptionId}`, '')}`,
    }))
}
