import { describe, expect, test } from '@jest/globals'
import { projectStateOf } from '../../../../shared/scaling/index.ts'

type Seen = Parameters<typeof projectStateOf>[0]

const now = new Date('2026-11-28T23:00:00Z')
const scaleDown = new Date('2026-11-28T22:00:00Z')
const earlier = new Date('2026-11-28T07:00:00Z')

interface Case {
  memory?: object
  project?: object
  workloads?: object
  nodes?: object
  waking?: object[]
  leftOut?: object[]
  asleepSince?: Date
}

/** What is seen of a project: awake with three workloads, unless a case says otherwise. */
const seen = ({ memory, project, workloads, nodes, waking = [], leftOut = [], asleepSince }: Case): Seen =>
  ({
    project: { schedule: {}, scaleDown: [], scaleUp: [], exceptions: {}, memory: memory ?? {}, ...project },
    workloads: { active: 3, scaling: 0, asleep: 0, inactive: 0, ...workloads },
    nodes: { shouldBeAsleep: false, nodes: [{ blockers: [] }], ...nodes },
    waking,
    leftOut,
    asleepSince,
  }) as unknown as Seen

const asleep = { lastScaleDown: scaleDown, asleepSince: scaleDown }
const atZero = { active: 0, asleep: 3 }
const held = { shouldBeAsleep: true, nodes: [{ blockers: [] }, { blockers: [{}] }] }
const leaving = { shouldBeAsleep: true, nodes: [{ blockers: [] }] }
const gone = { shouldBeAsleep: true, nodes: [] }

describe('a project is', () => {
  test.each<[string, Case, string]>([
    ['awake', {}, 'nothing else is true of it'],
    ['faulty', { project: { schedule: undefined, scaleDown: ['x'] } }, 'its lines are no schedule'],
    ['awake', { project: { schedule: undefined } }, 'without lines it needs no schedule'],
    ['going-to-sleep', { memory: asleep, nodes: gone }, 'its workloads still run'],
    ['going-to-sleep', { memory: asleep, workloads: { active: 0, scaling: 1 }, nodes: gone }, 'one still scales'],
    ['asleep', { memory: asleep, leftOut: [{}, {}, {}], nodes: gone }, 'all that runs is left out by a scale-down'],
    ['put-back', { memory: { ...asleep, putBack: scaleDown }, nodes: leaving }, 'it was told of this scale-down'],
    ['going-to-sleep', { memory: { ...asleep, putBack: earlier }, nodes: leaving }, 'it was told of an earlier one'],
    ['asleep', { memory: asleep, workloads: atZero, nodes: gone }, 'no node is left'],
    ['going-to-sleep', { memory: asleep, workloads: atZero, nodes: leaving }, 'its node has not yet gone'],
    ['held', { memory: asleep, workloads: atZero, nodes: held }, 'something holds a node'],
    ['held', { memory: { ...asleep, nodesHeld: scaleDown }, workloads: atZero, nodes: leaving }, 'it was told so'],
    [
      'going-to-sleep',
      { memory: { ...asleep, nodesHeld: earlier }, workloads: atZero, nodes: leaving },
      'that was earlier',
    ],
    ['waking', { waking: [{ since: scaleDown.toISOString() }] }, 'a workload is on its way up'],
    ['suspended', { project: { exceptions: { suspension: { untilMs: now.getTime() + 1 } } } }, 'it is until later'],
    ['awake', { project: { exceptions: { suspension: { untilMs: now.getTime() } } } }, 'the suspension is over'],
    ['excluded', { project: { excluded: 'by its annotation' } }, 'an annotation leaves it out'],
  ])('%s: %j, as %s of it', (state, given) => expect(projectStateOf(seen(given), now).state).toBe(state))
})

describe('the time since when', () => {
  test.each<[Date | undefined, Case, string]>([
    [scaleDown, { asleepSince: scaleDown, workloads: atZero, nodes: gone }, 'asleep: the scale-down or request'],
    [undefined, { workloads: atZero, nodes: gone }, 'asleep by single requests: nobody knows'],
    [
      earlier,
      { waking: [{ since: scaleDown.toISOString() }, { since: earlier.toISOString() }, { since: '' }] },
      'waking: the workload that has taken longest',
    ],
    [undefined, { waking: [{ since: '' }] }, 'waking: nobody knows'],
    [scaleDown, { memory: { lastScaleUp: scaleDown, lastScaleDown: earlier } }, 'awake: its scale-up'],
    [undefined, { memory: { lastScaleUp: earlier, lastScaleDown: scaleDown } }, 'woken by somebody after it'],
  ])('is %p where it is %j: %s', (since, given) => expect(projectStateOf(seen(given), now).since).toEqual(since))
})
