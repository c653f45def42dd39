import { describe, expect, test } from '@jest/globals'
import { sweepMessage } from '../../../../../shared/api/handlers/answers/sweepMessage.ts'
import type { Outcome, Workload } from '../../../../../shared/scaling/index.ts'
import { type Decision, decideRestore, decideScaleToZero, skip } from '../../../../../shared/scaling/workload/decide.ts'
import { outcomeOf } from '../../../../../shared/scaling/workload/outcome.ts'
import { carriedWith, sleepRecord, workload } from '../../../scaling/workloads.ts'

const asleep = (changes: Partial<Workload> = {}, scope: 'workload' | 'project' = 'workload') =>
  workload({ desiredReplicas: 0, readyReplicas: 0, ...carriedWith(sleepRecord({ scope })), ...changes })
const unreadable = { annotations: {}, labels: { 'aks-scale-to-zero/asleep': 'true' } }
const statefulSet = { ref: { kind: 'StatefulSet', namespace: 'project-a', name: 'db' } } as const

const outcome = (of: Workload, decide: (of: Workload) => Decision) => outcomeOf(of, decide(of))
const skipped = (of: Workload) => outcome(of, (one) => skip(one, 'why'))
const restored = (of: Workload) =>
  outcome(of, (workload) => decideRestore(workload, { actor: 'alice', now: new Date() }))
const slept = (of: Workload) =>
  outcome(of, (one) =>
    decideScaleToZero(one, {
      reason: 'nightly',
      scheduledScaleUp: undefined,
      scope: 'project',
      actor: 'a',
      now: new Date(0),
    }),
  )

describe('a restore', () => {
  const message = (outcomes: Outcome[], dryRun = false) =>
    sweepMessage(outcomes, { project: 'project-a', asked: 'restore', dryRun })

  test('that woke something counts the results', () => {
    expect(message([restored(asleep()), skipped(asleep())])).toBe('Project project-a restored: 1 changed, 1 skipped')
    expect(message([restored(asleep())], true)).toBe('Project project-a would be restored: 1 changed')
  })

  const byName = 'by name with POST /api/v1/deployments/'
  test.each<[string, Outcome[], string]>([
    ['nothing sleeps', [], 'no workload of project project-a was put to zero by this service'],
    [
      'one sleeps by name',
      [skipped(asleep())],
      `1 workload sleeps by name; wake it ${byName}project-a/sample-app-a/restore`,
    ],
    [
      'two sleep by name',
      [skipped(asleep()), skipped(asleep())],
      `2 workloads sleep by name; wake each ${byName}{namespace}/{name}/restore`,
    ],
    [
      'one of a kind without requests of its own sleeps by name',
      [skipped(asleep(statefulSet))],
      '1 workload sleeps by name, but only a Deployment can be woken by name; annotate it with ' +
        'aks-scale-to-zero/scope=project, and send this request again',
    ],
    [
      'the record of one cannot be read',
      [skipped(asleep(unreadable))],
      '1 workload sleeps without a record that can be read; give it its replicas with POST ' +
        '/api/v1/deployments/project-a/sample-app-a/scale-up',
    ],
    [
      'the record of one without requests of its own cannot be read',
      [skipped(asleep({ ...statefulSet, ...unreadable }))],
      '1 workload sleeps without a record that can be read; wake it with kubectl',
    ],
    [
      'somebody else woke one, and another was deleted',
      [restored(asleep({ desiredReplicas: 3 })), skipped(asleep({}, 'project'))],
      '1 runs already; 1 was deleted meanwhile',
    ],
  ])('that woke nothing says so first, and then what to do: %s', (_what, outcomes, why) => {
    expect(message(outcomes)).toBe(`Nothing woken: ${why}`)
    expect(message(outcomes, true)).toBe(`Nothing would be woken: ${why}`)
  })
})

describe('a scale-down', () => {
  const message = (outcomes: Outcome[], dryRun = false) =>
    sweepMessage(outcomes, { project: 'project-a', asked: 'scale-to-zero', dryRun })

  test('that changed something, even only a reason, counts the results', () => {
    expect(message([slept(workload()), skipped(workload())])).toBe(
      'Project project-a scaled to zero: 1 changed, 1 skipped',
    )
    const another = { ...carriedWith(sleepRecord({ scope: 'project', reason: 'holidays' })) }
    expect(message([slept(asleep(another))])).toBe('Project project-a scaled to zero: 1 record-updated')
    expect(message([slept(workload())], true)).toBe('Project project-a would be scaled to zero: 1 changed')
  })

  test.each<[string, Outcome[], string]>([
    ['there is nothing', [], 'project project-a has no workloads'],
    [
      'three are at zero, one is left out',
      [slept(asleep()), slept(asleep()), slept(workload({ desiredReplicas: 0 })), skipped(workload())],
      '3 are at zero already, 1 is left out',
    ],
    ['all are left out', [skipped(workload()), skipped(workload())], '2 are left out'],
  ])('that changed nothing says so first: %s', (_what, outcomes, why) => {
    expect(message(outcomes)).toBe(`Nothing to do: ${why}`)
    expect(message(outcomes, true)).toBe(`Nothing to do: ${why}`)
  })
})
