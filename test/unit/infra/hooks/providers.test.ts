import { globSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { resourceProviders } from '../../../../infra/hooks/preflight/providers.ts'
import { read, root } from '../../docs/documents.ts'

const snapshots = globSync('infra/variants/*.snapshot.json', { cwd: root })

test('the preflight registers the provider of every resource that the templates make', () => {
  expect(snapshots.length).toBeGreaterThan(0)
  const types = snapshots.flatMap((path) =>
    (JSON.parse(read(path)) as { predictedResources: { type: string }[] }).predictedResources.map(({ type }) => type),
  )
  const namespaces = [...new Set(types.map((type) => type.split('/')[0] ?? ''))]
  expect(resourceProviders).toEqual(expect.arrayContaining(namespaces))
})
