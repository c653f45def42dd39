import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  applyDueTransitions,
  type ProjectSettings,
  type Scaling,
  ScalingError,
  type TickResult,
} from '../../../../../shared/scaling/index.ts'
import { embeddedForAll } from '../../../kubernetes/embeddedFor.ts'
import { projectA, projectB } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'

// FUZZ_RUNS=10000 npm test -- --testPathPatterns fuzz
const numRuns = Number(process.env.FUZZ_RUNS ?? 25)
const msForEach = 5000

const key = (name: string) => `aks-scale-to-zero/${name}`
const longAgo = '2026-11-01T00:00:00.000Z'
const night = new Date('2026-11-22T22:00:00Z')
const morning = new Date('2026-11-23T07:00:00Z')
const projects = [projectA, projectB]

/** A value that somebody writes, and whether it can be used. */
interface Written {
  key: string
  value: string
  isFault: boolean
}
const one = (name: string, values: fc.Arbitrary<string>, isFault: boolean): fc.Arbitrary<Written> =>
  values.map((value) => ({ key: key(name), value, isFault }))
const garbage = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '* * * * *\n'.repeat(1000),
    'x'.repeat(140_000),
    '0 22 * * * *',
    '2026-12-24T18:00:00+09:00',
    '0 22 31 2 *',
  ),
)
// With this before it no text is a value by chance.
const wrong = garbage.map((text) => `!${text}`)
const lines = fc.constantFrom('0 22 * * *', '@daily', '0 20 * * SAT-THU; 0 18 * * FRI', '', '* * * * *')
const times = fc.constantFrom(longAgo, '2026-11-22T07:00:00.000Z')
const unknown = fc
  .stringMatching(/^[a-z]{1,10}[A-Z_][a-z]{1,10}$/)
  .chain((name) => one(name, fc.oneof(garbage, fc.constant('true')), true))

const onNamespace = fc.oneof(
  one('scale-down', lines, false),
  one('scale-down', wrong, true),
  one('scale-up', lines, false),
  one('scale-up', wrong, true),
  one('time-zone', fc.constantFrom('Asia/Tokyo', ' UTC '), false),
  one('time-zone', wrong, true),
  one('exclude', fc.constantFrom('true', 'false'), false),
  one('exclude', wrong, true),
  one('last-scale-down', times, false),
  one('last-scale-down', fc.oneof(wrong, fc.constant('2099-01-01T00:00:00Z')), true),
  one('asleep-since', wrong, true),
  one('unfinished', wrong, true),
  one('original-replicas', garbage, true),
  one('node-pool', fc.constantFrom('poola', ' poola '), false),
  one('node-pool', wrong, true),
  one('node-selector', fc.constantFrom('team=a', 'team=a,disk=ssd'), false),
  one('node-selector', wrong, true),
  unknown,
)
const onWorkload = fc.oneof(
  one('exclude', fc.constantFrom('true', 'false'), false),
  one('exclude', wrong, true),
  one('exclude-until', wrong, true),
  one('scale-down', garbage, true),
  unknown,
)
const some = (what: fc.Arbitrary<Written>) =>
  fc.uniqueArray(what, { maxLength: 5, selector: ({ key: written }) => written })
// The API server takes no other values of labels.
const labelValue = fc.stringMatching(/^[a-z0-9]{1,20}$/)
const label = fc.oneof(
  one(
    'managed',
    labelValue.filter((text) => text !== 'true' && text !== 'false'),
    true,
  ),
  fc.stringMatching(/^[a-z]{1,10}[A-Z_][a-z]{1,10}$/).chain((name) => one(name, labelValue, true)),
)
const labelOfWorkload = fc.stringMatching(/^[a-z]{1,10}[A-Z_][a-z]{1,10}$/).chain((name) => one(name, labelValue, true))
/** The count of a record that somebody has written on a sleeper; undefined on a workload that is awake. */
const count = fc.option(
  fc.oneof(fc.constantFrom('5', '1000', '1001', '999999999', '0', '-1', '2.5', '1e21', 'Infinity', ''), garbage),
  { nil: undefined },
)
const form = fc.record({
  claimsNodes: fc.boolean(),
  namespace: some(onNamespace),
  labels: some(label),
  workload: some(onWorkload),
  workloadLabels: some(labelOfWorkload),
  count,
})

/** The replicas that a record with this count may bring back. */
const wakesTo = (written: string | undefined): number[] => {
  const replicas = Number(written)
  return /^\d+$/.test(written ?? '') && replicas >= 1 && replicas <= 1000 ? [replicas] : []
}

const at = embeddedForAll()

/** Whether this is a fault there. Only a namespace that is a project by its label names its nodes itself. */
const isFaultOn = ({ key: written, isFault }: Written, claimsNodes: boolean) =>
  isFault || (!claimsNodes && written.startsWith(key('node-')))

const annotationsOf = (written: Written[]) => Object.fromEntries(written.map(({ key, value }) => [key, value]))
const deploymentOf = (project: string) => ({
  kind: 'Deployment' as const,
  namespace: `project-${project}`,
  name: `sample-app-${project}`,
})
const replicasOf = async (project: string) =>
  (await at.client.cluster.getWorkload(deploymentOf(project))).desiredReplicas

/** The things that are written on a project and on its workload. */
interface Form {
  namespace: Written[]
  labels: Written[]
  workload: Written[]
  workloadLabels: Written[]
  count: string | undefined
  claimsNodes: boolean
}
const nothing: Form = {
  namespace: [],
  labels: [],
  workload: [],
  workloadLabels: [],
  count: undefined,
  claimsNodes: false,
}

/** A project with these annotations and labels, whose schedule was last applied long ago. */
async function begin(project: string, form: Form): Promise<void> {
  const { namespace, labels, workload, workloadLabels, count: asleepWith, claimsNodes } = form
  const memory = { [key('last-scale-down')]: longAgo, [key('last-scale-up')]: longAgo }
  const path = `/api/v1/namespaces/project-${project}`
  const response = await fetch(`${at.embedded.url}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json-patch+json' },
    body: JSON.stringify([
      { op: 'add', path: '/metadata/annotations', value: { ...memory, ...annotationsOf(namespace) } },
      { op: 'add', path: '/metadata/labels', value: { ...annotationsOf(labels), ...(claimsNodes && managed) } },
    ]),
  })
  expect(response.status).toBe(200)
  await at.client.cluster.patchWorkload(deploymentOf(project), [
    { op: 'replace', path: '/spec/replicas', value: asleepWith === undefined ? 2 : 0 },
    { op: 'add', path: '/metadata/annotations', value: { ...annotationsOf(workload), ...recordOf(asleepWith) } },
    {
      op: 'add',
      path: '/metadata/labels',
      value: { app: project, ...annotationsOf(workloadLabels), ...(asleepWith !== undefined && asleep) },
    },
  ])
}

/** The keys of the faults that were told to whoever watches this service. */
const observed: string[] = []
const note: NonNullable<Scaling['observe']> = (seen) => {
  if (seen.what === 'fault') observed.push(seen.fault.key)
}

/** Every night is the same night here, so of thousands of Events two may be given one name. Hosts log that and go on. */
const afterwards: Scaling['afterwards'] = (work) =>
  void work().catch((error: unknown) => {
    if (!(error instanceof ScalingError) || error.code !== 'workload-changed') throw error
  })

const managed = { [key('managed')]: 'true' }
const asleep = { [key('asleep')]: 'true' }
const recordOf = (written: string | undefined) =>
  written === undefined
    ? {}
    : { [key('original-replicas')]: written, [key('scope')]: 'project', [key('scaled-at')]: longAgo }

const tick =
  (projects: ProjectSettings[]) =>
  (action: 'scale-down' | 'scale-up', now: Date): Promise<TickResult[]> =>
    applyDueTransitions(scalingOn(at.client.cluster, { now: () => now, observe: note, afterwards }), action, {
      projects,
      dryRun: false,
    })

test(
  'whatever somebody writes, every tick ends, the neighbour sleeps and wakes, and each unreadable value is told',
  async () => {
    await fc.assert(
      fc.asyncProperty(form, async (written) => {
        const { claimsNodes, namespace, labels, workload, workloadLabels, count: asleepWith } = written
        await begin('a', written)
        await begin('b', nothing)
        const name = claimsNodes ? 'project-a' : 'a'
        const run = tick(claimsNodes ? [projectB] : projects)
        const [down, downAgain] = [await run('scale-down', night), await run('scale-down', night)]
        expect(await replicasOf('b')).toBe(0)
        observed.length = 0
        const up = await run('scale-up', morning)
        expect(await replicasOf('b')).toBe(2)
        expect([0, 2, ...wakesTo(asleepWith)]).toContain(await replicasOf('a'))
        const all = [...down, ...downAgain, ...up]
        expect(all.filter(({ project, error, faults }) => error ?? (project === 'b' && faults.length > 0))).toEqual([])

        const told = down.filter(({ project }) => project === name).flatMap(({ faults }) => faults)
        // A line is told with the field of the project that it is written for.
        const names: Record<string, string> = {
          [key('scale-down')]: 'scaleDown',
          [key('scale-up')]: 'scaleUp',
          [key('time-zone')]: 'timeZone',
        }
        const isTold = ({ key: written }: Written, name = written) => told.some((fault) => fault.includes(name))
        const untold = [
          ...namespace.filter((one) => isFaultOn(one, claimsNodes) && !isTold(one, names[one.key])),
          ...labels.filter((one) => one.isFault && !(claimsNodes && one.key === key('managed')) && !isTold(one)),
          // The faults of workloads are told when a sweep lists them.
          ...(down.some(({ project, due }) => project === name && due === 'apply')
            ? [...workload, ...workloadLabels]
            : []
          ).filter((one) => one.isFault && !isTold(one)),
        ]
        expect(untold).toEqual([])
        // A count that cannot be obeyed keeps its workload asleep, and the scale-up says so.
        const isWaking = up.some(({ project, due }) => project === name && due === 'apply')
        if (isWaking && asleepWith !== undefined && wakesTo(asleepWith).length === 0) {
          expect(observed).toContain(key('original-replicas'))
        }
        expect(told.filter((fault) => fault.length > 600)).toEqual([])
      }),
      { numRuns },
    )
  },
  numRuns * msForEach,
)
