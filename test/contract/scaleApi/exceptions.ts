import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { waitFor } from '../../waitFor.ts'
import { createNamespace, type TestNamespace } from '../namespace.ts'
import { inHours } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

export function describeExceptions(tested: TestedApi): void {
  const { call } = tested

  describe('a project that departs from its schedule', () => {
    let project: TestNamespace
    let deployment: string
    beforeAll(async () => {
      project = await createNamespace(tested.subject.kubeconfig, {
        labels: { 'aks-scale-to-zero/managed': 'true' },
        annotations: { 'aks-scale-to-zero/scale-down': '0 22 * * *', 'aks-scale-to-zero/scale-up': '0 7 * * *' },
      })
      deployment = await project.deploy({ replicas: 2 })
    })
    afterAll(() => project?.remove())

    const ask = (action: string, body: object = {}, query = '') =>
      call(`/api/v1/projects/${project.namespace}/${action}${query}`, {
        method: 'POST',
        body: JSON.stringify({ reason: 'release', ...body }),
      })
    const replicas = async () => (await project.read(deployment)).spec?.replicas
    type Shown = { action: string; at: string; acts: boolean; because: string }
    const transitions = async (): Promise<Shown[]> => {
      const { status, body } = await call(`/api/v1/projects/${project.namespace}/calendar?days=2`)
      expect(status).toBe(200)
      return (body.calendar as { transitions: Shown[] }).transitions
    }
    const exceptions = async () => {
      const { body } = await call(`/api/v1/projects/${project.namespace}`)
      return (body.project as { exceptions: object[] }).exceptions
    }

    test('has a calendar of two transitions a day, each with its line', async () => {
      // A calendar ends with an hour, so in the hour before 07:00 and 22:00 it has one transition more.
      const end = inHours(48)
      const shown = (await transitions()).filter(({ at }) => Date.parse(at) <= Date.parse(end))
      expect(shown.map(({ acts, because }) => `${acts} ${because}`).toSorted()).toEqual([
        'true 0 22 * * *',
        'true 0 22 * * *',
        'true 0 7 * * *',
        'true 0 7 * * *',
      ])
    })

    test('is not woken on the public holidays of its country, each told by its name', async () => {
      const annotations = { 'aks-scale-to-zero/scale-up': '0 7 * * *', 'aks-scale-to-zero/holidays': 'JP' }
      const labels = { 'aks-scale-to-zero/managed': 'true' }
      const japan = await createNamespace(tested.subject.kubeconfig, { labels, annotations })
      try {
        const { body } = await call(`/api/v1/projects/${japan.namespace}/calendar?days=92`)
        const { transitions: shown } = body.calendar as { transitions: Shown[] }
        const holidays = shown.filter(({ because }) => because.startsWith('holiday: '))
        // In Japan no 92 days are without one.
        expect(holidays.length).toBeGreaterThan(0)
        expect(new Set(holidays.map(({ action, acts }) => `${action} ${acts}`))).toEqual(new Set(['scale-up false']))
        const known = { country: 'JP', known_until: expect.any(Number), source: 'date-holidays, CC BY-SA 3.0' }
        expect(body.holidays).toEqual(known)
        const { body: status } = await call(`/api/v1/projects/${japan.namespace}`)
        expect(status.project).toMatchObject({
          holidays: known,
          exceptions: [{ exception: 'holidays', value: 'JP', of: 'project' }],
        })
      } finally {
        await japan.remove()
      }
    })

    test('has a history of who did what, and why, the newest first', async () => {
      const path = `/api/v1/projects/${project.namespace}/history?days=1`
      const asked = (reason: string) => ({ method: 'POST', body: JSON.stringify({ reason }) })
      await call(`/api/v1/projects/${project.namespace}/scale-to-zero`, asked('a break'))
      await call(`/api/v1/projects/${project.namespace}/restore`, asked('back'))
      const history = await waitFor({
        what: 'both sweeps are kept',
        // A time in which no timer ran is an entry too, where the subject has timers that just began.
        look: async () =>
          ((await call(path)).body.history as { what: string }[]).filter(({ what }) => what !== 'unwatched'),
        until: (entries) => entries.length >= 2,
      })
      const swept = { by: tested.subject.actor, results: { changed: 1 }, failures: [] }
      expect(history).toEqual([
        { ...swept, what: 'scale-up', at: expect.any(String), reason: 'back' },
        { ...swept, what: 'scale-down', at: expect.any(String), reason: 'a break' },
      ])
    })

    test('has saved nothing that nobody saw, and the answer says since when somebody looks', async () => {
      const { status, body } = await call('/api/v1/savings?days=2')
      expect(status).toBe(200)
      expect(body).toMatchObject({ status: 'success', days: 2, node_hours: 0, unwatched: expect.any(Array) })
      expect(body.projects as object[]).toContainEqual(
        expect.objectContaining({ project: project.namespace, node_hours: 0, days: [] }),
      )
      expect((await call('/api/v1/savings?days=93')).status).toBe(400)
    })

    test('is kept asleep, and then awake, each as asked for last, with who and why', async () => {
      const until = inHours(30)
      const asleep = await ask('keep-asleep', { until })
      expect([asleep.status, await replicas()]).toEqual([200, 0])
      const awake = await ask('keep-awake', { until })
      expect([awake.status, await replicas()]).toEqual([200, 2])
      expect(await exceptions()).toEqual([
        { exception: 'awake-until', value: until, of: 'project', by: tested.subject.actor, reason: 'release' },
      ])
      expect((await transitions()).filter(({ acts, because }) => !acts && because === 'awake-until')).not.toEqual([])
      expect((await ask('keep-awake', { until })).body.workloads).toEqual([])
    })

    test('skips its next wake-up once, however often that is asked for', async () => {
      const { transition } = (await ask('skip')).body as unknown as { transition: Shown }
      expect((await ask('skip')).body.transition).toEqual(transition)
      expect((await transitions()).filter(({ because }) => because === 'skip').map(({ at }) => at)).toEqual([
        transition.at,
      ])
    })

    test('follows its schedule again', async () => {
      const { body } = await ask('follow-schedule')
      expect(body.taken_back).toEqual(['aks-scale-to-zero/awake-until', 'aks-scale-to-zero/skip'])
      expect((await ask('follow-schedule')).body.taken_back).toEqual([])
      expect(await exceptions()).toEqual([])
    })

    test('gets another schedule, which a dry run shows before', async () => {
      const lines = { scale_up: '0 6 * * *', time_zone: 'Asia/Tokyo' }
      const { body } = await ask('schedule', lines, '?dry_run=true')
      expect(body).toMatchObject({
        dry_run: true,
        schedule: { scale_down: ['0 22 * * *'], scale_up: ['0 6 * * *'], time_zone: 'Asia/Tokyo' },
      })
      expect((await transitions()).map(({ because }) => because)).toContain('0 7 * * *')
      expect((await ask('schedule', lines)).status).toBe(200)
      expect((await transitions()).map(({ because }) => because)).toContain('0 6 * * *')
      expect((await ask('schedule', { scale_down: 'at night' })).status).toBe(400)
    })

    test('is suspended with all others, of which a dry run changes nothing', async () => {
      const suspend = (action: string) =>
        call(`/api/v1/${action}?dry_run=true`, { method: 'POST', body: JSON.stringify({ reason: 'incident' }) })
      expect((await suspend('suspend')).body).toMatchObject({ status: 'success', dry_run: true })
      expect((await suspend('resume')).body).toMatchObject({ status: 'success', dry_run: true })
      expect((await call('/api/v1/suspend', { method: 'POST', body: '{}' })).status).toBe(400)
      expect(await exceptions()).toEqual([])
    })
  })
}
