import { expect, test } from '@jest/globals'
import { actions } from '../../../page/view/address.ts'
import { requestOf, takeBackOf } from '../../../page/view/requests.ts'
import { createRoutes } from '../../../shared/api/contract/routes.ts'

const now = new Date('2026-11-28T12:00:00Z')
const routes = Object.values(createRoutes(() => now))
const filled = { reason: 'release', for: '3h', until: '2026-11-29T08:00:00Z' }
const lines = { scaleDown: '0 22 * * *\n\n 0 23 * * 5 ', scaleUp: '', timeZone: 'Asia/Tokyo' }

/** Whether the API itself takes the request. */
function isTaken({ path, body }: { path: string; body: object }): boolean {
  const route = routes.find((one) => one.path === `/api/v1/projects/{project}/${path}`)
  const request = (route as { request?: { body?: { content: { 'application/json': { schema: unknown } } } } }).request
  const schema = request?.body?.content['application/json'].schema as {
    safeParse(value: unknown): { success: boolean }
  }
  return schema.safeParse(body).success
}

test.each(actions)('what %s asks for is a request that the API takes', (name) => {
  const request = requestOf(name, filled, lines)
  expect(request && isTaken(request)).toBe(true)
})

test.each(actions)('what takes %s back is one, too, where anything does', (name) => {
  const request = takeBackOf(name, 'taken back')
  expect(request === undefined || isTaken(request)).toBe(true)
})

test.each(actions)('%s is no request without a reason', (name) =>
  expect(requestOf(name, { ...filled, reason: ' ' }, lines)).toBeUndefined(),
)

test.each(['keep-awake', 'keep-asleep'] as const)('%s is none without its end', (name) =>
  expect(requestOf(name, { reason: 'release' })).toBeUndefined(),
)

test('an empty field of a schedule goes back to the settings', () =>
  expect(requestOf('schedule', filled, lines)?.body).toEqual({
    scale_down: ['0 22 * * *', '0 23 * * 5'],
    scale_up: null,
    time_zone: 'Asia/Tokyo',
    reason: 'release',
  }))
