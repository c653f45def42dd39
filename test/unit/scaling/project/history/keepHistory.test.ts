import { expect, test } from '@jest/globals'
import { withEntry } from '../../../../../shared/scaling/project/history/history.ts'
import { findHistory, keepHistory } from '../../../../../shared/scaling/project/history/keepHistory.ts'
import { embeddedForEach } from '../../../kubernetes/embeddedFor.ts'
import { scalingOn } from '../../scalingOn.ts'

const home = { name: 'project-a' }

const at = embeddedForEach()

const keep = (minutes: number) =>
  keepHistory(scalingOn(at.client.cluster), home, {
    change: (history) => withEntry(history, { at: new Date(minutes * 60_000), what: 'nodes-gone', minutes }),
  })
const kept = async () =>
  (await findHistory(at.client, home, {})).entries.map((entry) => 'minutes' in entry && entry.minutes)

test('many who write at once lose no entry, the one that creates it included', async () => {
  await Promise.all([1, 2, 3, 4, 5].map(keep))
  expect(await kept()).toEqual([1, 2, 3, 4, 5])
})

test('what is told already is not written again', async () => {
  await keep(1)
  const before = await at.client.cluster.getConfigMap({ namespace: 'project-a', name: 'aks-scale-to-zero-history' })
  await keepHistory(scalingOn(at.client.cluster), home, { change: (history) => history })
  const after = await at.client.cluster.getConfigMap({ namespace: 'project-a', name: 'aks-scale-to-zero-history' })
  expect(after?.resourceVersion).toBe(before?.resourceVersion)
})

test('one that somebody has deleted begins again', async () => {
  await keep(1)
  const path = '/api/v1/namespaces/project-a/configmaps/aks-scale-to-zero-history'
  await fetch(at.embedded.url + path, { method: 'DELETE' })
  await keep(2)
  expect(await kept()).toEqual([2])
})
