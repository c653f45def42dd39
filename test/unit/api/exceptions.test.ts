import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { applyDueTransitions, type Cluster, findHistory } from '../../../shared/scaling/index.ts'
import { appA, Client } from '../dev/cluster/cluster.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { projectA, projectB } from '../scaling/projects.ts'
import { scalingOn } from '../scaling/scalingOn.ts'
import { apiOn } from './apiOn.ts'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let now: Date
let announced: Promise<void>[]
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  announced = []
  now = at('22T12:00')
  await tick('22T12:00')
})
afterEach(async () => {
  await Promise.allSettled(announced)
  await client.close()
  await embedded.stop()
})

const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const key = (name: string) => `aks-scale-to-zero/${name}`
const scaling = (cluster: Cluster = client.cluster) =>
  scalingOn(cluster, { now: () => now, afterwards: (work) => void announced.push(work()) })
const keys = [
  { name: 'alice', key: 'of-alice-1' },
  { name: 'bob', key: 'of-bob-123', projects: ['b'] },
]

interface Transition {
  action: string
  at: string
  acts: boolean
  because: string
}

/** What the answers to all of these requests may have. */
interface Answer {
  message: string
  error: string
  details: object[]
  transition: Transition
  calendar: { to: string; transitions: Transition[]; intervals: object[] }
  project: { exceptions: object[]; intervals: object[] }
}

/** A request of alice, unless another key is given. */
async function ask(
  path: string,
  body?: object,
  { query = '', by = 'of-alice-1', cluster = client.cluster, known = '' } = {},
) {
  const { api, records } = apiOn(cluster, {
    scaling: scaling(cluster),
    now: () => now,
    projects: [projectA, projectB],
    authentication: { keys, trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] },
  })
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify({ reason: 'release', ...body }) }
  const headers = { authorization: `Bearer ${by}`, 'if-none-match': known }
  const response = await api.request(`/api/v1/${path}${query}`, { ...init, headers })
  const text = await response.text()
  return {
    status: response.status,
    body: (text === '' ? {} : JSON.parse(text)) as Answer,
    record: records.at(-1),
    etag: response.headers.get('etag') ?? '',
  }
}
const ofA = (action: string, body?: object, more?: Parameters<typeof ask>[2]) => ask(`projects/a/${action}`, body, more)

async function tick(time: string) {
  now = at(time)
  for (const action of ['scale-down', 'scale-up'] as const) {
    await applyDueTransitions(scaling(), action, { projects: [projectA], dryRun: false })
  }
  return replicas()
}
const replicas = async () => (await new Client(embedded).get(appA)).body.spec?.replicas
async function exceptions(namespace = 'project-a'): Promise<Record<string, string>> {
  const { annotations = {} } = (await client.cluster.findNamespace(namespace)) ?? {}
  const ours = /\/(awake-until|asleep-until|skip|suspend|scale-|time-zone)/
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => ours.test(name)))
}
async function changes(): Promise<string[]> {
  await Promise.all(announced)
  const { items } = (await new Client(embedded).get('/api/v1/namespaces/default/events')).body
  const events = items as unknown as { reason: string; message: string }[]
  return events.filter(({ reason }) => reason === 'ScheduleChanged').map(({ message }) => message)
}
const awake = (until: string) => ({
  [key('awake-until')]: until,
  [key('awake-until-by')]: 'alice',
  [key('awake-until-reason')]: 'release',
})

const calendarOfA = async () => (await ofA('calendar', undefined, { query: '?days=14' })).body.calendar

test.each([
  ['keep-awake', { for: '1h' }],
  ['keep-asleep', { until: '2026-11-24T09:00:00Z' }],
  ['skip', {}],
  ['follow-schedule', {}],
])('%s previews the calendar that it brings', async (action, body) => {
  await tick('22T22:00')
  now = at('22T22:30')
  if (action === 'follow-schedule') await ofA('keep-awake', { for: '3h' })
  const before = await calendarOfA()
  const { calendar: preview } = (await ofA(action, body, { query: '?dry_run=true' })).body
  expect(await calendarOfA()).toEqual(before)
  expect((await ofA(action, body)).body.calendar).toEqual(preview)
  expect(await calendarOfA()).toEqual(preview)
  expect(preview).not.toEqual(before)
})

test('the calendar is held by a suspension of all after a project follows its schedule, too', async () => {
  await ask('suspend', {})
  await ofA('keep-awake', { for: '1h' })
  const { transitions } = (await ofA('follow-schedule', {})).body.calendar
  expect(transitions.map(({ acts }) => acts)).not.toContain(true)
})

describe('keep awake', () => {
  test('holds tonight, says who and why, and back to schedule the project sleeps', async () => {
    now = at('22T21:59')
    const { status, body, record } = await ofA('keep-awake', { for: '1h' })
    expect([status, body.message]).toEqual([
      200,
      'Project a is kept awake until 2026-11-22T22:59:00.000Z. Nothing woken: no workload of project a was put to zero by this service',
    ])
    expect(record?.scale).toMatchObject({ action: 'keep-awake', namespace: 'a', reason: 'release' })
    expect(await exceptions()).toEqual(awake('2026-11-22T22:59:00.000Z'))
    expect(await changes()).toEqual(['Kept awake until 2026-11-22T22:59:00.000Z by alice: release'])
    expect(await tick('22T22:00')).toBe(2)
    now = at('22T22:10')
    expect((await ofA('follow-schedule', {})).body).toMatchObject({ taken_back: [key('awake-until')] })
    expect(await tick('22T22:15')).toBe(0)
    expect(await exceptions()).toEqual({})
  })

  test('wakes what sleeps, and it sleeps again at the time', async () => {
    expect(await tick('22T22:00')).toBe(0)
    now = at('22T22:30')
    const { body } = await ofA('keep-awake', { until: '2026-11-22T23:30:00Z' })
    expect(body).toMatchObject({ until: '2026-11-22T23:30:00.000Z', workloads: [{ result: 'changed' }] })
    expect(await replicas()).toBe(2)
    expect(await tick('22T23:25')).toBe(2)
    expect(await tick('22T23:30')).toBe(0)
  })

  test('is over at once by follow-schedule also where its scale-down came before', async () => {
    expect(await tick('22T22:00')).toBe(0)
    now = at('22T22:30')
    await ofA('keep-awake', { for: '3h' })
    now = at('22T23:00')
    await ofA('follow-schedule', {})
    expect(await tick('22T23:05')).toBe(0)
  })

  test('a second time changes nothing but the time', async () => {
    await ofA('keep-awake', { until: '2026-11-22T23:30:00Z' })
    await ofA('keep-awake', { until: '2026-11-22T23:30:00Z' })
    expect(await exceptions()).toEqual(awake('2026-11-22T23:30:00.000Z'))
  })

  test('as a dry run writes nothing', async () => {
    await tick('22T22:00')
    const { body } = await ofA('keep-awake', { for: '1h' }, { query: '?dry_run=true' })
    expect(body).toMatchObject({ dry_run: true, workloads: [{ result: 'changed' }] })
    expect([await replicas(), await exceptions(), await changes()]).toEqual([0, {}, []])
  })

  test.each([
    [{}, [{ path: 'until', message: 'or "for" is needed, and not both' }]],
    [{ until: '2026-11-22T23:00:00Z', for: '1h' }, [{ path: 'until', message: 'or "for" is needed, and not both' }]],
    [{ for: '91d' }, [{ path: 'for', message: 'must be a time from 1m to 90d, such as 2h, 90m or 1d12h' }]],
    [{ until: '2027-11-22T23:00:00Z' }, [{ path: 'until', message: 'must be in the future, at most 90 days' }]],
  ])('refuses %j', async (body, details) => {
    const answer = await ofA('keep-awake', body)
    expect([answer.status, answer.body.details]).toEqual([400, details])
  })
})

describe('two people who ask the opposite', () => {
  test('one after the other: the later one holds, and its sweep with it', async () => {
    await ofA('keep-asleep', { until: '2026-11-22T20:00:00Z' })
    expect(await replicas()).toBe(0)
    await ofA('keep-awake', { until: '2026-11-22T20:00:00Z' })
    expect([await replicas(), await exceptions()]).toEqual([2, awake('2026-11-22T20:00:00.000Z')])
  })

  test('at once: the one that is overtaken takes back what it did, and says so', async () => {
    let isFirst = true
    const overtaken: Cluster = {
      ...client.cluster,
      async patchWorkload(ref, patch, options) {
        if (isFirst) {
          isFirst = false
          await ofA('keep-awake', { until: '2026-11-22T20:00:00Z' })
        }
        return client.cluster.patchWorkload(ref, patch, options)
      },
    }
    const { body } = await ofA('keep-asleep', { until: '2026-11-22T20:00:00Z' }, { cluster: overtaken })
    expect(body.message).toContain('is not kept asleep: somebody has set awake-until meanwhile')
    expect([await replicas(), await exceptions()]).toEqual([2, awake('2026-11-22T20:00:00.000Z')])
  })

  test('twenty times at once: one of them holds, and the project is as that one says', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ofA(index % 2 === 0 ? 'keep-awake' : 'keep-asleep', { until: '2026-11-22T20:00:00Z' }),
      ),
    )
    const isAwake = key('awake-until') in (await exceptions())
    expect(Object.keys(await exceptions())).toHaveLength(3)
    expect(await replicas()).toBe(isAwake ? 2 : 0)
  })
})

describe('keep asleep', () => {
  test('puts it to zero now, and the next tick after the time wakes it', async () => {
    await ofA('keep-asleep', { until: '2026-11-22T15:00:00Z' })
    expect(await replicas()).toBe(0)
    expect(await tick('22T14:55')).toBe(0)
    expect(await tick('22T15:00')).toBe(2)
  })

  test('gives each workload the time where no schedule wakes the project', async () => {
    const lines = { scale_up: '', scale_down: '' }
    await ofA('schedule', lines)
    await ofA('keep-asleep', { until: '2026-11-22T15:00:00Z' })
    const { metadata } = (await new Client(embedded).get(appA)).body
    expect(metadata?.annotations?.[key('scheduled-scale-up')]).toBe('2026-11-22T15:00:00.000Z')
  })
})

describe('skip', () => {
  test('leaves out the next wake-up, also when it is asked for twice', async () => {
    for (let time = 0; time < 2; time++) {
      const { body } = await ofA('skip', {})
      expect(body.transition).toEqual({ action: 'scale-up', at: '2026-11-23T07:00:00.000Z' })
    }
    expect(await exceptions()).toEqual({ [key('skip')]: '2026-11-23T07:00:00.000Z' })
    expect(await changes()).toHaveLength(2)
    await tick('22T22:00')
    expect(await tick('23T07:00')).toBe(0)
    expect(await tick('24T07:00')).toBe(2)
  })

  test('leaves out another one by its time, and none that there is not', async () => {
    expect((await ofA('skip', { transition: '2026-11-22T22:00:00Z' })).body.transition.action).toBe('scale-down')
    expect(await tick('22T22:00')).toBe(2)
    const { status, body } = await ofA('skip', { transition: '2026-11-23T08:00:00Z' })
    expect([status, body.error, body.message]).toEqual([
      409,
      'nothing-to-skip',
      'Project a has no transition at 2026-11-23T08:00:00.000Z: its calendar lists those that it has',
    ])
  })

  test('loses nothing when two ask at once', async () => {
    const times = ['23', '24', '25', '26'].map((day) => `2026-11-${day}T07:00:00.000Z`)
    await Promise.all(times.map((transition) => ofA('skip', { transition })))
    expect((await exceptions())[key('skip')]?.split(', ').toSorted()).toEqual(times)
  })
})

describe('the schedule', () => {
  test('is written, and as a dry run answered as it would be', async () => {
    const lines = {
      scale_down: ['0 20 * * MON-FRI', '0 12 * * SAT'],
      scale_up: '0 6 * * MON-FRI',
      time_zone: 'Asia/Tokyo',
    }
    const dry = await ofA('schedule', lines, { query: '?dry_run=true' })
    expect(dry.body).toMatchObject({
      dry_run: true,
      schedule: {
        scale_down: ['0 20 * * MON-FRI', '0 12 * * SAT'],
        scale_up: ['0 6 * * MON-FRI'],
        time_zone: 'Asia/Tokyo',
      },
    })
    // Sunday in Tokyo: the project woke on Friday by the new lines, and would sleep since Saturday.
    expect(dry.body.calendar.transitions.slice(0, 2)).toMatchObject([
      { action: 'scale-up', at: '2026-11-22T21:00:00.000Z', because: '0 6 * * MON-FRI', acts: true },
      { action: 'scale-down', at: '2026-11-23T11:00:00.000Z', because: '0 20 * * MON-FRI', acts: true },
    ])
    expect(await exceptions()).toEqual({})
    await ofA('schedule', lines)
    expect(await exceptions()).toEqual({
      [key('scale-down')]: '0 20 * * MON-FRI; 0 12 * * SAT',
      [key('scale-up')]: '0 6 * * MON-FRI',
      [key('time-zone')]: 'Asia/Tokyo',
    })
    await ofA('schedule', { scale_down: null, scale_up: null, time_zone: null })
    expect(await exceptions()).toEqual({})
  })

  test('is refused with all its faults', async () => {
    const { status, body } = await ofA('schedule', { scale_down: '0 25 * * *', time_zone: 'Tokyo' })
    expect([status, body.details]).toEqual([
      400,
      [
        { path: 'scale_down', message: 'scaleDown "0 25 * * *" is no cron line: its hour "25" is not 0 to 23' },
        { path: 'time_zone', message: 'timeZone "Tokyo" is no IANA time zone, e.g. Asia/Tokyo' },
      ],
    ])
  })
})

describe('all projects', () => {
  test('are suspended and go on, by a caller who is not limited to some', async () => {
    await client.cluster.findNamespace('scale-system')
    expect((await ask('suspend', {}, { by: 'of-bob-123' })).body.error).toBe('limited-caller')
    expect((await ask('suspend', {})).body.message).toBe('All projects are suspended until somebody resumes')
    expect(await exceptions('scale-system')).toMatchObject({ [key('suspend')]: 'true', [key('suspend-by')]: 'alice' })
    expect(await tick('22T22:00')).toBe(2)
    const shown = await ask('projects/a')
    expect(shown.body.project.exceptions).toEqual([{ exception: 'suspend', value: 'true', of: 'all' }])
    await ask('resume', {})
    expect(await exceptions('scale-system')).toEqual({})
    expect(await tick('22T22:05')).toBe(0)
  })

  test('cannot be suspended without the namespace, and the answer says what to create', async () => {
    const without: Cluster = { ...client.cluster, findNamespace: async () => undefined }
    const { status, body } = await ask('suspend', {}, { cluster: without })
    expect([status, body.error, body.message]).toEqual([
      404,
      'namespace-not-found',
      'Namespace scale-system does not exist, and a suspension of all projects is written there: kubectl create namespace scale-system',
    ])
  })
})

describe('the calendar', () => {
  test('has the transitions with their reasons, and the intervals between them', async () => {
    await ofA('keep-awake', { until: '2026-11-22T23:30:00Z' })
    await ofA('skip', {})
    const { body } = await ofA('calendar', undefined, { query: '?days=2' })
    const shown = body.calendar.transitions.map(
      (one) => `${one.action} ${one.at.slice(8, 16)} ${one.acts} ${one.because}`,
    )
    expect(shown).toEqual([
      'scale-down 22T22:00 false awake-until',
      'scale-down 22T23:30 true awake-until',
      'scale-up 23T07:00 false skip',
      'scale-down 23T22:00 true 0 22 * * *',
      'scale-up 24T07:00 true 0 7 * * *',
    ])
    expect(body.calendar.intervals).toEqual([
      { state: 'awake', from: '2026-11-22T07:00:00.000Z', to: '2026-11-22T23:30:00.000Z' },
      { state: 'asleep', from: '2026-11-22T23:30:00.000Z', to: '2026-11-24T07:00:00.000Z' },
      { state: 'awake', from: '2026-11-24T07:00:00.000Z', to: '2026-11-24T12:00:00.000Z' },
    ])
    expect((await ofA('calendar', undefined, { query: '?days=93' })).status).toBe(400)
  })

  test('stays the same for an hour, so that a reader is sent it once', async () => {
    now = at('22T12:01')
    const { etag: known } = await ofA('calendar')
    now = at('22T12:59')
    expect((await ofA('calendar', undefined, { known })).status).toBe(304)
    await ofA('skip', {})
    expect((await ofA('calendar', undefined, { known })).status).toBe(200)
  })

  test('of a project that a request has put to sleep begins with that, until the schedule wakes it', async () => {
    now = at('22T13:10')
    await ofA('scale-to-zero', {})
    now = at('22T15:00')
    const asleep = { state: 'asleep', from: '2026-11-22T13:10:00.000Z', to: '2026-11-23T07:00:00.000Z' }
    expect((await calendarOfA()).intervals[0]).toEqual(asleep)
    expect((await ofA('skip', {}, { query: '?dry_run=true' })).body.calendar.intervals[0]).toMatchObject({
      ...asleep,
      to: '2026-11-24T07:00:00.000Z',
    })
    const { project } = (await ask('projects/a')).body
    expect(project).toMatchObject({ state: 'asleep', since: asleep.from })
    expect(project.intervals[0]).toEqual({ ...asleep, from: '2026-11-22T15:00:00.000Z' })
  })

  test('of a project that sleeps says so on the days after, too', async () => {
    await tick('22T22:00')
    now = at('23T03:00')
    expect((await calendarOfA()).intervals[0]).toEqual({
      state: 'asleep',
      from: '2026-11-23T00:00:00.000Z',
      to: '2026-11-23T07:00:00.000Z',
    })
  })

  test('of a line for each minute ends where nobody reads on', async () => {
    await ofA('schedule', { scale_down: '* * * * *' })
    const { body } = await ofA('calendar', undefined, { query: '?days=92' })
    expect(body.calendar.transitions).toHaveLength(1000)
    expect(body.calendar.to < '2026-11-24').toBe(true)
  })
})

describe('the history', () => {
  const kept = async (namespace: string) => {
    for (let count = -1; count < announced.length; ) {
      count = announced.length
      await Promise.all(announced)
    }
    const { entries } = await findHistory(client, { name: namespace }, {})
    return entries.flatMap((entry) => (entry.what === 'exception' ? [[entry.request, entry.by, entry.message]] : []))
  }

  test('has each request of a project: which it was, of whom, and what follows', async () => {
    now = at('22T21:00')
    await ofA('keep-awake', { for: '1h' })
    await ofA('keep-asleep', { until: '2026-11-22T21:30:00Z' })
    await ofA('skip', {})
    await ofA('follow-schedule', {})
    await ofA('schedule', { scale_down: '0 23 * * *' })
    await ofA('keep-awake', { for: '1h' }, { query: '?dry_run=true' })
    expect((await kept('project-a')).toSorted()).toEqual([
      ['follow-schedule', 'alice', 'It follows its schedule again'],
      ['keep-asleep', 'alice', 'Kept asleep until 2026-11-22T21:30:00.000Z'],
      ['keep-awake', 'alice', 'Kept awake until 2026-11-22T22:00:00.000Z'],
      ['schedule', 'alice', 'aks-scale-to-zero/scale-down is "0 23 * * *"'],
      ['skip', 'alice', 'The scale-up of 2026-11-22T21:30:00.000Z is skipped'],
    ])
    expect(await kept('project-b')).toEqual([])
  })

  test('of every project has what is asked for all, and scale-system has none', async () => {
    await ask('suspend', {})
    await ask('resume', {})
    for (const namespace of ['project-a', 'project-b'])
      expect((await kept(namespace)).toSorted()).toEqual([
        ['resume', 'alice', 'All projects go on'],
        ['suspend', 'alice', 'All projects are suspended until somebody resumes'],
      ])
    expect(await kept('scale-system')).toEqual([])
  })
})
