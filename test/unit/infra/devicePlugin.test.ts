import { globSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { read, root } from '../docs/documents.ts'
import { objectsOf } from './manifests.ts'

interface PodOwner {
  spec: {
    template: {
      spec: {
        tolerations: { key: string; operator: string; value?: string; effect: string }[]
        containers: { image: string }[]
      }
    }
  }
}

const path = 'infra/manifests/nvidia-device-plugin.yaml'
const [plugin] = objectsOf<PodOwner>(path)
const [sample] = objectsOf<PodOwner>('samples/app-b/deployment.yaml')

test('the device plugin goes wherever a Pod that asks for a GPU goes: it tolerates every taint that the sample does', () => {
  const tolerates = plugin?.spec.template.spec.tolerations ?? []
  const taints = sample?.spec.template.spec.tolerations ?? []
  expect(taints.length).toBeGreaterThan(0)
  const refused = taints.filter(
    ({ key, value, effect }) =>
      !tolerates.some(
        (one) => one.key === key && one.effect === effect && (one.operator === 'Exists' || one.value === value),
      ),
  )
  expect(refused).toEqual([])
})

test('the version of the device plugin is in one place', () => {
  const files = globSync(['docs/*.md', 'infra/**/*.{ts,bicep,yaml,json}', '*.md'], { cwd: root })
  expect(files.filter((file) => read(file).includes('k8s-device-plugin:'))).toEqual([path])
})
