import { describe, expect, test } from '@jest/globals'
import { createTokens } from '../../../shared/azure/tokens.ts'

const second = 1000
const minute = 60 * second

/** Issues the tokens `1`, `2`, ... with this lifetime, by a clock that the test sets. */
function issuer(lifeMs: number) {
  const state = { now: 0, asked: 0, issued: 0, renewed: 0, fails: false }
  const token = createTokens(
    async ({ renewed }) => {
      state.asked++
      await Promise.resolve()
      if (state.fails) throw new Error('the endpoint is down')
      if (renewed) state.renewed++
      return { token: String(++state.issued), expiresOnTimestamp: state.now + lifeMs }
    },
    () => state.now,
  )
  return { state, token }
}

/** Lets the renewals in the background finish. */
const renewals = () => new Promise((resolve) => setImmediate(resolve))

describe('a token', () => {
  test('is fetched once for all callers at the same time', async () => {
    const { state, token } = issuer(60 * minute)
    expect(await Promise.all(Array.from({ length: 50 }, () => token()))).toEqual(Array(50).fill('1'))
    expect(state.issued).toBe(1)
  })

  test.each([
    [24 * 60 * minute, 24 * 60 * minute - 5 * minute],
    [60 * minute, 55 * minute],
    [20 * second, 16 * second],
  ])('that lives for %i ms is renewed after %i ms, and no caller waits for that', async (lifeMs, renewedAfterMs) => {
    const { state, token } = issuer(lifeMs)
    await token()
    state.now = renewedAfterMs - 1
    expect(await token()).toBe('1')
    expect(state.issued).toBe(1)
    state.now = renewedAfterMs
    expect(await Promise.all([token(), token()])).toEqual(['1', '1'])
    await renewals()
    expect(await token()).toBe('2')
    expect(state.issued).toBe(2)
  })

  test('stays in use while it is valid although it cannot be renewed, and not a moment longer', async () => {
    const { state, token } = issuer(20 * second)
    await token()
    state.fails = true
    for (state.now = 16 * second; state.now < 20 * second; state.now += second / 10) {
      expect(await token()).toBe('1')
      await renewals()
    }
    // A renewal is tried at half of the time that is left, and again at half of the rest, but not with every call.
    expect(state.asked).toBeLessThan(10)
    await expect(token()).rejects.toThrow('the endpoint is down')
    state.fails = false
    expect(await token()).toBe('2')
  })

  test('that was refused is renewed past every cache, once for all callers that used it', async () => {
    const { state, token } = issuer(60 * minute)
    const first = await token()
    expect(await Promise.all(Array.from({ length: 50 }, () => token(first)))).toEqual(Array(50).fill('2'))
    expect(await token(first)).toBe('2')
    expect(state).toMatchObject({ issued: 2, renewed: 1 })
  })

  test('is renewed at most every 10 s when the server accepts none', async () => {
    const { state, token } = issuer(60 * minute)
    const renewed = await token(await token())
    expect(await token(renewed)).toBe(renewed)
    state.now = 10 * second
    expect(await token(renewed)).toBe('3')
  })

  test('that was refused is not used again even when there is no other', async () => {
    const { state, token } = issuer(60 * minute)
    const first = await token()
    state.fails = true
    await expect(token(first)).rejects.toThrow('the endpoint is down')
  })
})
