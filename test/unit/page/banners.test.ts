import { describe, expect, test } from '@jest/globals'
import type { ProjectsAnswer, Timer } from '../../../page/api/answers.ts'
import { bannersOf } from '../../../page/view/banners.ts'
import { en } from '../../../page/words/en.ts'
import { ja } from '../../../page/words/ja.ts'
import type { AgentPools, ProjectSettings } from '../../../shared/scaling/index.ts'
import { apiOn } from '../api/apiOn.ts'
import { embeddedForEach } from '../kubernetes/embeddedFor.ts'
import { projectA, projectB } from '../scaling/projects.ts'
import { scalingOn } from '../scaling/scalingOn.ts'
import { holidaysOf } from '../schedule/exceptions/scheduleOf.ts'

const at = embeddedForEach()

const now = new Date('2026-11-28T12:00:00Z')
const clock = (time: string) => time.slice(11, 16)

/** What the API answers about projects, and the banners of it that are about these. */
async function bannersFor(
  projects: ProjectSettings[],
  { agentPools, time = now }: { agentPools?: AgentPools; time?: Date } = {},
) {
  const scaling = scalingOn(at.client.cluster, { agentPools, holidaysOf, now: () => time })
  const response = await apiOn(at.client.cluster, { scaling, projects, now: () => time }).api.request(
    '/api/v1/projects',
  )
  const answer = (await response.json()) as ProjectsAnswer
  return { answer, banners: bannersOf({ ...answer, timers: [] }, { words: en, clock }) }
}

describe('what needs somebody', () => {
  test('is nothing where every project has a schedule and the timers run', async () => {
    const { answer, banners } = await bannersFor([projectA])
    expect(banners).toEqual([])
    const timers = answer.timers.map(({ name }) => ({ name, silent: false, last_run: now.toISOString() }))
    expect(bannersOf({ ...answer, timers }, { words: en, clock })).toEqual([])
  })

  test('is a project without a schedule', async () => {
    const { banners } = await bannersFor([projectA, { ...projectB, scaleDown: [], scaleUp: [] }])
    expect(banners).toEqual([{ text: 'b has no schedule, so it never sleeps by itself.' }])
  })

  test('is a pool that can never reach zero nodes', async () => {
    const pool = { name: 'projecta', mode: 'User', count: 1, minCount: 1, maxCount: 3, autoscaling: true } as const
    const agentPools = {
      list: async () => ({
        pools: [{ ...pool, provisioningState: 'Succeeded', powerState: 'Running', vmSize: 'Standard_D4s_v5' }],
        autoscaler: { skipNodesWithLocalStorage: false, skipNodesWithSystemPods: true, scaleDownUnneededMinutes: 10 },
      }),
    }
    const { banners } = await bannersFor([{ ...projectA, nodePool: 'projecta' }], { agentPools })
    expect(banners).toEqual([{ project: 'a', sentence: expect.stringContaining('keeps at least 1 nodes') }])
  })

  test.each([
    ['2026-09-29T12:00:00Z', false, 'for more than 92 days'],
    ['2026-10-02T12:00:00Z', true, 'for less than 92 days'],
    ['2027-02-01T12:00:00Z', true, 'no longer'],
  ])('at %s is, %p, the end of public holidays that are known %s', async (time, isTold) => {
    await at.client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/holidays': 'XX' })
    const { banners } = await bannersFor([projectA], { time: new Date(time) })
    const told = {
      project: 'a',
      sentence: expect.stringContaining('are known until 2026 only: install a newer release'),
    }
    expect(banners).toEqual(isTold ? [told] : [])
  })

  test.each([
    [en, 'No timer runs since 02:00, so no schedule acts (nightlyScaleDown, scheduledScaleUp).'],
    [ja, 'タイマーが 02:00 から動いていないため、スケジュールは実行されません（nightlyScaleDown, scheduledScaleUp）。'],
  ])('is that timers are silent, and since when the first is', async (words, text) => {
    const { answer } = await bannersFor([projectA])
    const timers: Timer[] = [
      { name: 'nightlyScaleDown', silent: true, last_run: '2026-11-28T03:00:00Z' },
      { name: 'scheduledScaleUp', silent: true, last_run: '2026-11-28T02:00:00Z' },
    ]
    expect(bannersOf({ ...answer, timers }, { words, clock })).toEqual([{ text }])
  })

  test('is a project that something else has put back', async () => {
    const { answer } = await bannersFor([projectA])
    const projects = answer.projects.map((project) => ({ ...project, state: 'put-back' as const }))
    const banners = bannersOf({ ...answer, projects, timers: [] }, { words: en, clock })
    expect(banners).toEqual([{ project: 'a', text: en.putBackBanner }])
  })

  test('is a timer of which nobody knows whether it runs', async () => {
    const { answer } = await bannersFor([projectA])
    const timers: Timer[] = [{ name: 'nightlyScaleDown', fault: 'there is no Lease' }]
    expect(bannersOf({ ...answer, timers }, { words: en, clock })).toEqual([
      { text: 'Whether the timer nightlyScaleDown runs is unknown:', sentence: 'there is no Lease' },
    ])
  })
})
