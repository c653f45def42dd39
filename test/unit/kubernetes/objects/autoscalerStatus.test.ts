import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { autoscalerStatusOf, type StatusConfigMap } from '../../../../shared/kubernetes/objects/autoscalerStatus.ts'
import { poolOfGroup, stuckSince } from '../../../../shared/scaling/cluster/autoscalerStatus.ts'

const read = (name: string) => {
  const fixture = new URL(`../../../fixtures/${name}.yaml`, import.meta.url)
  return autoscalerStatusOf(load(readFileSync(fixture, 'utf8')) as StatusConfigMap)
}
const ofAks = 'cluster-autoscaler-status'
const configMap = (status: string, lastUpdated?: string): StatusConfigMap => ({
  metadata:
    lastUpdated === undefined ? {} : { annotations: { 'cluster-autoscaler.kubernetes.io/last-updated': lastUpdated } },
  data: { status },
})

const quota =
  'OperationNotAllowed: Operation could not be completed as it results in exceeding approved standardNCADSA100v4Family Cores quota.'

describe('the status of the cluster autoscaler', () => {
  test.each([
    ['', 'YAML with sorted keys and with zeros', quota],
    ['-yamlv2', 'YAML without zeros', quota],
    ['-text', 'the text up to Kubernetes 1.29, which does not say why it backs off', undefined],
  ])('is read the same from each form: %s, %s', async (name, _what, backoff) => {
    const healthy = { health: 'Healthy', minSize: 0, scaleUp: 'NoActivity', backoff: undefined, candidates: 0 }
    expect(await read(`${ofAks}${name}`)).toEqual({
      updatedAt: '2026-11-23T06:41:07.320Z',
      groups: [
        { ...healthy, name: 'aks-apps-31415926-vmss', minSize: 1, maxSize: 5, candidates: 1 },
        { ...healthy, name: 'aks-burst-27182818-vmss', maxSize: 10 },
        { ...healthy, name: 'aks-gpu-16180339-vmss', maxSize: 2, scaleUp: 'Backoff', backoff },
      ],
    })
  })

  test('of a live GKE cluster is read, although its groups are not named as on AKS', async () => {
    const status = await read('recorded-cluster-autoscaler-status-gke')
    expect(status).toMatchObject({ updatedAt: '2026-09-15T04:05:52.354Z', groups: [{ health: 'Healthy', maxSize: 2 }] })
    expect(status.groups.map(poolOfGroup)).toEqual([undefined])
  })

  test('names the AKS pool of each group by its scale set', async () => {
    expect((await read(ofAks)).groups.map(poolOfGroup)).toEqual(['apps', 'burst', 'gpu'])
  })

  test.each([
    ['empty', ''],
    ['not YAML', 'a: [b'],
    ['YAML of another kind', 'Initializing'],
    ['a list of groups with missing fields', 'nodeGroups:\n- name: x'],
  ])('that is %s has no groups', async (_what, status) => {
    expect(await autoscalerStatusOf(configMap(status))).toEqual({ updatedAt: undefined, groups: [] })
  })

  test.each<[string, string | undefined, string]>([
    ['2026-11-23 06:41:07 +0000 UTC', '2026-11-23T06:41:07.000Z', 'without a fraction'],
    ['2026-11-23 06:41:07.3 +0000 UTC', '2026-11-23T06:41:07.300Z', 'with one digit'],
    ['2026-11-23 15:41:07.320104551 +0900 JST', '2026-11-23T06:41:07.320Z', 'in another zone'],
    ['soon', undefined, 'not a time'],
  ])('updated at %s is read as updated at %s: %s', async (lastUpdated, time, _what) => {
    expect((await autoscalerStatusOf(configMap('', lastUpdated))).updatedAt).toBe(time)
  })

  test.each<[string, string | undefined, string]>([
    ['2026-11-23T06:44:07.000Z', undefined, 'it is current within three minutes'],
    ['2026-11-23T06:44:08.000Z', '2026-11-23T06:41:07.320Z', 'it is stuck after that'],
  ])('at %s is stuck since %s: %s', async (now, since, _what) => {
    expect(stuckSince(await read(ofAks), new Date(now))).toBe(since)
  })
})
