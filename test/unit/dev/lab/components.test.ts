import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { artifactOf, components, requiredGo, requiredVersion, tools } from '../../../../dev/lab/components.ts'
import { labSource } from '../../../../dev/lab/paths.ts'

const goModOf = (module: string) => readFileSync(join(labSource, 'components', module, 'go.mod'), 'utf8')

describe('the components', () => {
  test('are a whole control plane with its tools, Karpenter and its resource types', () => {
    expect(components.map(artifactOf)).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kubectl',
      'kwok',
      'kwokctl',
      'karpenter',
      'karpenter-crds',
    ])
  })

  const all = [...components, ...Object.values(tools).flat()]
  test.each(all.map((component) => [artifactOf(component), component] as const))(
    '%s has a released version pinned in its go.mod, and a Go version to build it',
    (_artifact, { module, versionOf }) => {
      const goMod = goModOf(module)
      expect(requiredVersion(goMod, versionOf)).toMatch(/^v\d+\.\d+\.\d+$/)
      expect(requiredGo(goMod)).toMatch(/^1\.\d+(\.\d+)?$/)
    },
  )

  test('of Kubernetes report their version, which clients require', () => {
    const flags = components.flatMap((component) =>
      component.module === 'kubernetes' && 'binary' in component ? [component.linkFlags?.('v1.36.3')] : [],
    )
    expect(flags).toHaveLength(4)
    for (const flag of flags) {
      expect(flag).toContain('version.gitVersion=v1.36.3')
      expect(flag).toContain('version.gitMajor=1 ')
      expect(flag).toMatch(/version\.gitMinor=36$/)
    }
  })
})

describe('the version that a go.mod requires', () => {
  const goMod = `module m

go 1.26.6

require one.io/alone v1.0.0

require (
\tone.io/a v1.2.3
\tone.io/a/b v4.5.6 // indirect
\tone.io/c v0.0.0-20260708223819-4da4c353c5fa // indirect
)

replace (
\tone.io/r => one.io/r v9.9.9
)
`

  test.each([
    ['one.io/alone', 'v1.0.0', 'on a line of its own'],
    ['one.io/a', 'v1.2.3', 'in a block'],
    ['one.io/a/b', 'v4.5.6', 'when it is indirect, and its name begins with that of another'],
    ['one.io/c', 'v0.0.0-20260708223819-4da4c353c5fa', 'when it is not a release'],
  ])('of %s is %s: found %s', (module, version) => {
    expect(requiredVersion(goMod, module)).toBe(version)
  })

  test.each(['one.io', 'one.io/r', 'module', 'go'])('of %s is an error that names it', (module) => {
    expect(() => requiredVersion(goMod, module)).toThrow(`go.mod requires no version of ${module}`)
  })

  test('of Go is the one in the go line', () => {
    expect(requiredGo(goMod)).toBe('1.26.6')
    expect(() => requiredGo('module m\n\ntoolchain go1.26.6\n')).toThrow('no go line')
  })
})
