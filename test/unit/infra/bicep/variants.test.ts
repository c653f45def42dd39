import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { allows, builtInRoles, roleNamed, theRoles } from '../../../../dev/azure/index.ts'
import { readSnapshots, snapshotFile, variantNames, variantsOf } from '../../../../dev/infra/bicep/snapshots.ts'
import { notGiven } from '../../../../dev/infra/rules/appSettings.ts'
import { brokenRules } from '../../../../dev/infra/rules/index.ts'
import { assignedRoles, assignments } from '../../../../dev/infra/rules/roles.ts'
import { appSettingsOf } from '../../../../dev/infra/rules/rule.ts'
import { settings } from '../../../../shared/config.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const variants = variantsOf(readSnapshots(root))

test('every variant has a committed snapshot, each also with GPU and without Container Insights', () => {
  const names = variantNames(root)
  expect(names.filter((name) => !existsSync(root + snapshotFile(name)))).toEqual([])
  const wanted = ['default', 'private', 'existing'].flatMap((kind) =>
    ['', '-gpu', '-without-container-insights'].map((more) => kind + more),
  )
  expect(names).toEqual(expect.arrayContaining(wanted))
})

test('every variant gives what this project promises', () => {
  expect(brokenRules(root, variants)).toEqual([])
})

describe.each(variants)('the variant $name', ({ snapshot, name }) => {
  test('has no version that is a preview, but that of diagnostic settings', () => {
    const previews = snapshot.predictedResources.filter(({ apiVersion }) => apiVersion.includes('preview'))
    expect(previews.map(({ type }) => type)).toEqual(
      name.startsWith('existing') ? [] : ['Microsoft.Insights/diagnosticSettings'],
    )
  })

  test('gives the function app the roles that the fake Azure has given it in every other test', () => {
    const ofApp = assignedRoles({ snapshot }).filter(({ to }) => to === 'the function app')
    const beside = ofApp.filter(({ on }) => on !== 'Microsoft.Storage/storageAccounts').map(({ role }) => role)
    expect(beside.toSorted()).toEqual(theRoles.toSorted())
  })
})

describe('the roles', () => {
  test.each(assignments)('$role on $on is the one that allows what $to needs there', ({ role, on, to, need }) => {
    const others = assignments.filter((other) => other.to === to && (other.role !== role || other.on !== on))
    expect(allows(roleNamed(role), need.action)).toBe(true)
    expect(others.filter((other) => allows(roleNamed(other.role), need.action))).toEqual([])
  })

  test('that are known as data are those that are assigned', () => {
    expect(builtInRoles.map(({ name }) => name).toSorted()).toEqual(assignments.map(({ role }) => role).toSorted())
  })
})

test('a setting that no deployment gives is a setting, and its reason is said', () => {
  expect(Object.keys(notGiven).filter((name) => !(name in settings))).toEqual([])
  expect(Object.values(notGiven).filter((reason) => reason.length < 10)).toEqual([])
})

test('a setting of the program that the templates forget is told', () => {
  const [variant] = variants
  if (variant === undefined) throw new Error('there is no variant')
  const copy = JSON.parse(JSON.stringify(variant)) as typeof variant
  delete appSettingsOf(copy).NODE_GRACE_MINUTES
  expect(brokenRules(root, [copy])).toEqual([
    {
      file: 'infra/modules/functionApp.bicep',
      message: expect.stringContaining('it does not give the setting NODE_GRACE_MINUTES'),
    },
  ])
})
