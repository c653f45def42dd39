import { expect, test } from '@jest/globals'
import { objectsOf } from './manifests.ts'

interface KubeObject {
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec: {
    ingress?: { from: { namespaceSelector: { matchLabels: Record<string, string> } }[]; ports: { port: number }[] }[]
    egress?: { ports: { port: number }[] }[]
    hard?: Record<string, string>
    replicas?: number
    template?: {
      spec: {
        tolerations?: { key: string; value?: string; effect: string }[]
        containers: {
          ports?: { containerPort: number }[]
          resources?: { requests: Record<string, string>; limits: Record<string, string> }
        }[]
      }
    }
  }
}

const manifest = (file: string) => objectsOf<KubeObject>(`scale-api/manifests/${file}.yaml`)
const [policy] = manifest('networkpolicy')
const sample = (app: string, file: string) => objectsOf<KubeObject>(`samples/app-${app}/${file}.yaml`)[0]

test('the port that the NetworkPolicy opens is the one on which the scale API listens', () => {
  const [container] = manifest('deployment')[0]?.spec.template?.spec.containers ?? []
  const ports = container?.ports?.map(({ containerPort }) => containerPort)
  expect(policy?.spec.ingress?.flatMap((rule) => rule.ports.map(({ port }) => port))).toEqual(ports)
})

test.each(['a', 'b'])('the NetworkPolicy lets the Pods of project %s in', (app) => {
  const [rule] = policy?.spec.ingress ?? []
  expect(sample(app, '00-namespace')?.metadata.labels).toMatchObject(
    rule?.from[0]?.namespaceSelector.matchLabels ?? { none: '' },
  )
})

test.each(['a', 'b'])('sample %s tolerates the taint of its project, and its Pods say what the quota counts', (app) => {
  const { spec } = sample(app, 'deployment')?.spec.template ?? {}
  expect(spec?.tolerations).toContainEqual(
    expect.objectContaining({ key: 'aks-scale-to-zero/project', value: `project-${app}`, effect: 'NoSchedule' }),
  )
  const { requests = {}, limits = {} } = spec?.containers[0]?.resources ?? {}
  const counted = Object.keys(sample(app, 'resourcequota')?.spec.hard ?? {}).filter((name) => name !== 'pods')
  const said = [
    ...Object.keys(requests).map((name) => `requests.${name}`),
    ...Object.keys(limits).map((name) => `limits.${name}`),
  ]
  expect(counted.filter((name) => !said.includes(name))).toEqual([])
})
