import { describe, expect, test } from '@jest/globals'
import {
  allowDataLoss,
  asleepLabel,
  eventReasons,
  fieldManager,
  historyKeys,
  kedaPaused,
  kedaPausedReplicas,
  kinds,
  leases,
  maxReplicas,
  memoryAnnotations,
  recordAnnotations,
  scheduleAnnotations,
  suspendAnnotations,
  wokenAnnotations,
  writtenExceptions,
} from '../../../shared/scaling/index.ts'
import { labelsOf } from '../../../shared/scaling/workload/record/record.ts'
import { truceFields, truces } from '../../../shared/scaling/workload/record/truce.ts'
import { systemNamespaces } from '../../../shared/scaling/workload/refusals/protectedNamespaces.ts'
import { objectsOf } from './manifests.ts'

const path = 'scale-api/manifests/admission-policy.yaml'

interface Policy {
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  spec: {
    failurePolicy?: string
    matchConstraints?: {
      resourceRules: { apiGroups: string[]; apiVersions: string[]; resources: string[]; operations: string[] }[]
    }
    matchConditions?: { expression: string }[]
    variables?: { name: string; expression: string }[]
    validations?: { expression: string; message: string; reason: string }[]
    policyName?: string
    validationActions?: string[]
    paramRef?: { selector: { matchLabels: Record<string, string> }; parameterNotFoundAction: string }
  }
}

const objects = objectsOf<Policy>(path)
const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
const bindings = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')

/** The texts in quotes of an expression. */
const textsOf = (expression: string) => [...expression.matchAll(/'([^']*)'/g)].map(([, text = '']) => text)

/** A variable of a policy, as CEL. */
function variable(policy: string, name: string): string {
  const { spec } = policies.find(({ metadata }) => metadata.name === `aks-scale-to-zero-${policy}`) ?? {}
  const found = spec?.variables?.find((one) => one.name === name)
  if (found === undefined) throw new Error(`${path}: the policy aks-scale-to-zero-${policy} has no variable ${name}`)
  return found.expression
}

test.each([
  [
    'workloads',
    'recordAnnotations',
    Object.values(recordAnnotations),
    'recordAnnotations in shared/scaling/workload/record/record.ts',
  ],
  [
    'workloads',
    'wokenAnnotations',
    Object.values(wokenAnnotations),
    'wokenAnnotations in shared/scaling/workload/record/woken.ts',
  ],
  [
    'workloads',
    'recordLabels',
    Object.keys(labelsOf(undefined)),
    'labelsOf in shared/scaling/workload/record/record.ts',
  ],
  [
    'workloads',
    'truceKeys',
    truceFields.flatMap((field) => [truces[field].annotation, recordAnnotations[field]]),
    'truces in shared/scaling/workload/record/truce.ts',
  ],
  [
    'workloads',
    'systemNamespaces',
    systemNamespaces.names,
    'systemNamespaces in shared/scaling/workload/refusals/protectedNamespaces.ts',
  ],
  [
    'workloads',
    'systemNamespacePrefixes',
    systemNamespaces.prefixes,
    'systemNamespaces in shared/scaling/workload/refusals/protectedNamespaces.ts',
  ],
  [
    'namespaces',
    'systemNamespaces',
    systemNamespaces.names,
    'systemNamespaces in shared/scaling/workload/refusals/protectedNamespaces.ts',
  ],
  [
    'namespaces',
    'systemNamespacePrefixes',
    systemNamespaces.prefixes,
    'systemNamespaces in shared/scaling/workload/refusals/protectedNamespaces.ts',
  ],
  [
    'namespaces',
    'memoryAnnotations',
    Object.values(memoryAnnotations),
    'memoryAnnotations in shared/scaling/project/memory.ts',
  ],
  [
    'namespaces',
    'exceptionAnnotations',
    writtenExceptions,
    'writtenExceptions in shared/scaling/project/exceptions.ts',
  ],
  [
    'namespaces',
    'scheduleAnnotations',
    Object.values(scheduleAnnotations),
    'scheduleAnnotations in shared/scaling/project/keys.ts',
  ],
  [
    'namespaces',
    'suspendAnnotations',
    suspendAnnotations,
    'suspendAnnotations in shared/scaling/project/exceptions.ts',
  ],
  [
    'leases',
    'heartbeats',
    Object.values(leases).map(({ name }) => name),
    'leases in shared/scaling/heartbeat/timers.ts',
  ],
  ['history', 'texts', Object.values(historyKeys), 'historyKeys in shared/scaling/project/history/history.ts'],
  [
    'history',
    'systemNamespaces',
    systemNamespaces.names,
    'systemNamespaces in shared/scaling/workload/refusals/protectedNamespaces.ts',
  ],
  ['events', 'reasons', eventReasons, 'eventReasons in shared/scaling/events.ts'],
])('the policy for %s has in %s what the code has', (policy, name, values: readonly string[], source) => {
  const listed = textsOf(variable(policy, name))
  const missing = values.filter((value) => !listed.includes(value))
  const extra = listed.filter((value) => !values.includes(value))
  if (missing.length + extra.length > 0) {
    throw new Error(
      `${path}: the variable ${name} of aks-scale-to-zero-${policy} differs from ${source}. ` +
        `Add there ${JSON.stringify(missing)}, and remove ${JSON.stringify(extra)}.`,
    )
  }
})

test('the policy allows as many replicas as a request may ask for: otherwise change maxReplicas there', () => {
  expect(variable('workloads', 'maxReplicas')).toBe(String(maxReplicas))
})

test('the policy knows the dial of every kind, and its resources: otherwise add the kind to its rules, dial and pause', () => {
  const [rules = [], dial, pause] = [
    policies[0]?.spec.matchConstraints?.resourceRules,
    variable('workloads', 'dial'),
    variable('workloads', 'pause'),
  ]
  for (const kind of Object.values(kinds)) {
    const { group, plural } = kind.resource
    const rule = rules.find(({ apiGroups }) => apiGroups.includes(group))
    expect(rule?.resources).toEqual(expect.arrayContaining([plural, `${plural}/*`]))
    const zero = kind.dial(0)
    if ('spec' in zero) expect(textsOf(dial)).toEqual(expect.arrayContaining([plural, ...Object.keys(zero.spec)]))
    else expect(textsOf(pause)).toEqual(expect.arrayContaining([plural, ...Object.keys(zero.annotations)]))
  }
  expect(textsOf(pause)).toEqual(expect.arrayContaining([kedaPausedReplicas, kedaPaused]))
})

test('the policy names the count and the label of sleepers by the keys that the code has', () => {
  const text = JSON.stringify(policies[0])
  const keys = new Set([...text.matchAll(/aks-scale-to-zero\/[a-z-]+/g)].map(([key]) => key))
  expect([...keys].sort()).toEqual(
    [
      ...new Set([
        ...Object.values(recordAnnotations),
        ...Object.values(wokenAnnotations),
        asleepLabel.key,
        allowDataLoss,
      ]),
    ].sort(),
  )
})

test('the policy lets Events through by the name with which the code writes them', () => {
  const [validation] = policies.find(({ metadata }) => metadata.name.endsWith('-events'))?.spec.validations ?? []
  expect(textsOf(validation?.expression ?? '')).toContain(fieldManager)
})

describe.each(policies.map((policy) => [policy.metadata.name, policy] as const))('%s', (name, { spec }) => {
  test('refuses when it cannot be evaluated, in every version of the API, and with a sentence', () => {
    expect(spec.failurePolicy).toBe('Fail')
    for (const rule of spec.matchConstraints?.resourceRules ?? []) {
      expect(rule).toMatchObject({ apiVersions: ['*'], operations: ['CREATE', 'UPDATE', 'DELETE'] })
    }
    // Without a reason the API server answers 422, which this service takes for a failed `test` or an invalid object.
    for (const { message, reason } of spec.validations ?? []) {
      expect({ message, reason }).toEqual({
        message: expect.stringMatching(/^aks-scale-to-zero /),
        reason: 'Forbidden',
      })
    }
  })

  test('is bound, with Deny, to whom our ClusterRoleBindings bind to our roles, and to nobody else', () => {
    const [binding, ...others] = bindings.filter((one) => one.spec.policyName === name)
    expect(others).toEqual([])
    expect(binding?.spec.validationActions).toContain('Deny')
    const { selector, parameterNotFoundAction } = binding?.spec.paramRef ?? {}
    // Otherwise nobody could deploy any more where one of the hosts is not installed.
    expect(parameterNotFoundAction).toBe('Allow')

    const roleBindings = ['scale-api/manifests/rbac.yaml', 'infra/manifests/function-rbac.yaml'].flatMap((file) =>
      objectsOf<Policy & { roleRef: { name: string } }>(file).filter(({ kind }) => kind === 'ClusterRoleBinding'),
    )
    expect(roleBindings).toHaveLength(2)
    for (const { metadata } of roleBindings)
      expect(metadata.labels).toMatchObject(selector?.matchLabels ?? { none: '' })
    const [condition] = spec.matchConditions ?? []
    expect(textsOf(condition?.expression ?? '')).toEqual(
      expect.arrayContaining(roleBindings.map(({ roleRef }) => roleRef.name)),
    )
  })
})
