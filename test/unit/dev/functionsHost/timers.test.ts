import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { FixtureApp, HostProcess, key } from './hostProcess.ts'

const yearly = '0 0 0 1 1 *'
const printing = (schedule: string, more = '') => `
  app.timer('tick', { schedule: ${JSON.stringify(schedule)}, ${more} handler: (timer) => console.log('tick', JSON.stringify(timer)) })
`

test('a timer runs on its schedule, again and again', async () => {
  using app = new FixtureApp(printing('* * * * * *'))
  await using host = new HostProcess(app)
  await host.printed(/tick .+\n[\s\S]*tick .+\n/)
  expect(host.out).toContain('tick {"schedule":{"adjustForDST":true},"scheduleStatus":null,"isPastDue":false}')
})

test("a timer's schedule may be a setting", async () => {
  using app = new FixtureApp(printing('%SCHEDULE_TICK%'))
  await using host = new HostProcess(app, {
    args: ['--verbose'],
    env: { SCHEDULE_TICK: yearly, TZ: 'Asia/Tokyo' },
  })
  await host.url()
  const next = new Date().getUTCFullYear() + 1
  expect(host.out).toMatch(new RegExp(`tick  timer, next run \\w+ Jan 01 ${next} 09:00:00 GMT\\+0900 `))
})

test.each([
  [
    '%SCHEDULE_TICK%',
    /^Function tick is disabled: its schedule "%SCHEDULE_TICK%" .+: the setting SCHEDULE_TICK is missing: .+\n$/,
  ],
  ['every hour', /^Function tick is disabled: its schedule "every hour" cannot be used: .+ NCRONTAB .+\n$/],
])('the schedule %s disables the function with one line, and everything else runs', async (schedule, line) => {
  using app = new FixtureApp(`${printing(schedule)}; app.http('web', { handler: async () => ({ body: 'here' }) })`)
  await using host = new HostProcess(app, { args: ['--verbose'] })
  const url = await host.url()
  expect(await (await fetch(`${url}/web`)).text()).toBe('here')
  expect(host.errors).toMatch(line)
  expect(host.out).toMatch(/^ {2}tick {2}disabled/m)
})

test('runOnStartup runs a timer at once, and not as past due', async () => {
  using app = new FixtureApp(printing(yearly, 'runOnStartup: true,'))
  await using host = new HostProcess(app)
  const [, info = ''] = await host.printed(/tick (\{.+\})\n/)
  expect(JSON.parse(info)).toMatchObject({ isPastDue: false, scheduleStatus: { last: '' } })
})

describe('missed runs', () => {
  const missed = {
    last: '2020-01-01T00:00:00.000Z',
    next: '2021-01-01T00:00:00.000Z',
    lastUpdated: '2020-01-01T00:00:00.000Z',
  }

  test('lead to one run at once, as past due, and the status is written after it', async () => {
    using app = new FixtureApp(`
      app.timer('tick', { schedule: '${yearly}', handler: async (timer) => {
        console.log('tick', JSON.stringify(timer))
        if (timer.isPastDue) await released('go')
      } })`)
    writeStatus(app, missed)
    await using host = new HostProcess(app)
    const [, info = ''] = await host.printed(/tick (\{.+\})\n/)
    expect(JSON.parse(info)).toMatchObject({ isPastDue: true, scheduleStatus: missed })
    expect(readStatus(app)).toEqual(missed)

    app.release('go')
    // The requested run comes after the late one: when it is printed, all late ones are.
    expect(await runNow(await host.url(), 'tick')).toBe(202)
    await host.printed(/"isPastDue":false/)
    expect(host.out.match(/"isPastDue":true/g)).toHaveLength(1)
    const nextYear = new Date().getUTCFullYear() + 1
    expect(readStatus(app)).toMatchObject({ next: `${nextYear}-01-01T00:00:00.000Z` })
  })

  test('do not count when the schedule has changed in the meantime', async () => {
    using app = new FixtureApp(printing('0 0 12 1 1 *'))
    writeStatus(app, missed)
    await using host = new HostProcess(app)
    const url = await host.url()
    await runNow(url, 'tick')
    await host.printed(/tick \{/)
    expect(host.out).not.toContain('"isPastDue":true')
  })

  test('do not count without useMonitor, which keeps no status', async () => {
    using app = new FixtureApp(printing(yearly, 'useMonitor: false,'))
    await using host = new HostProcess(app)
    await runNow(await host.url(), 'tick')
    await host.printed(/"scheduleStatus":null/)
    expect(existsSync(app.state)).toBe(false)
  })
})

test('a run that is under way when the host is stopped finishes, and is not repeated', async () => {
  using app = new FixtureApp(`
    app.timer('tick', { schedule: '${yearly}', runOnStartup: true, handler: async () => {
      console.log('begun'); await released('go'); console.log('finished')
    } })`)
  await using host = new HostProcess(app)
  await host.url()
  await host.printed(/begun/)
  host.signal('SIGTERM')
  app.release('go')
  expect(await host.exit()).toBe(0)
  expect(host.out).toMatch(/finished\n$/)
  expect(readStatus(app).last).not.toBe('')
})

describe('POST /admin/functions/{name}', () => {
  test('runs a timer now, but after a run under way and never at the same time', async () => {
    using app = new FixtureApp(`
      let running = 0
      app.timer('tick', { schedule: '${yearly}', handler: async () => {
        console.log('running', ++running)
        await released('go')
        running--
        console.log('ended')
      } })`)
    await using host = new HostProcess(app)
    const url = await host.url()
    expect(await runNow(url, 'tick')).toBe(202)
    expect(await runNow(url, 'tick')).toBe(202)
    await host.printed(/running 1/)
    app.release('go')
    await host.printed(/ended[\s\S]*ended/)
    expect(host.out).not.toContain('running 2')
  })

  test.each([
    ['404 for an unknown function', 'no-such', key, '{"input":""}', 404],
    ['404 for an HTTP function, which is called by its URL', 'web', key, '{"input":""}', 404],
    ['401 without the key', 'tick', '', '{"input":""}', 401],
    ['401 with a wrong key', 'tick', 'wrong', '{"input":""}', 401],
    ['400 for a body that is not JSON', 'tick', key, 'input', 400],
  ])('gives %s', async (...[, name, givenKey, body, status]) => {
    using app = new FixtureApp(`${printing(yearly)}; app.http('web', { handler: async () => ({}) })`)
    await using host = new HostProcess(app)
    const response = await fetch(`${await host.url()}/admin/functions/${name}`, {
      method: 'POST',
      headers: { 'x-functions-key': givenKey, 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
  })

  test('takes JSON only', async () => {
    using app = new FixtureApp(printing(yearly))
    await using host = new HostProcess(app)
    const headers = { 'x-functions-key': key, 'content-type': 'text/plain' }
    const url = `${await host.url()}/admin/functions/tick`
    expect((await fetch(url, { method: 'POST', headers, body: '{"input":""}' })).status).toBe(415)
  })

  test('a run that fails is printed and the timer goes on', async () => {
    using app = new FixtureApp(`
      let runs = 0
      app.timer('tick', { schedule: '${yearly}', handler: () => {
        if (++runs === 1) throw new Error('broken on purpose')
        console.log('run', runs)
      } })`)
    await using host = new HostProcess(app)
    const url = await host.url()
    await runNow(url, 'tick')
    await runNow(url, 'tick')
    await host.printed(/run 2/)
    expect(host.errors).toContain('tick failed: Error: broken on purpose')
  })
})

function writeStatus(app: FixtureApp, status: object): void {
  app.makeState()
  app.write('state/tick.json', status)
}

function readStatus(app: FixtureApp): { last: string; next: string } {
  return JSON.parse(readFileSync(join(app.state, 'tick.json'), 'utf8')) as { last: string; next: string }
}

async function runNow(url: string, name: string): Promise<number> {
  const headers = { 'x-functions-key': key, 'content-type': 'application/json' }
  const { status } = await fetch(`${url}/admin/functions/${name}`, { method: 'POST', headers, body: '{"input":""}' })
  return status
}
