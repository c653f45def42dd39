import { describe, expect, test } from '@jest/globals'
import { type Authentication, createAuthenticate } from '../../../../../shared/api/middleware/callers/authentication.ts'

const guarded: Authentication = {
  keys: [
    { name: 'team-a', key: 'the-key-of-team-a', projects: ['project-a'] },
    { name: 'ops', key: 'the-key-of-ops' },
  ],
  trustsAzureIdentity: false,
  anonymousActor: 'anonymous',
  reservedNames: ['schedule', 'anonymous'],
}
const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` })

describe('a caller', () => {
  test('is known by the name of the key, with the projects that the key is for', () => {
    expect(createAuthenticate(guarded)(bearer('the-key-of-team-a'))).toEqual({
      actor: 'team-a',
      projects: ['project-a'],
      changes: ['project-a'],
    })
    expect(createAuthenticate(guarded)(bearer('the-key-of-ops'))).toEqual({
      actor: 'ops',
      projects: undefined,
      changes: undefined,
    })
  })

  test.each([
    ['no key', new Headers()],
    ['an empty one', bearer('')],
    ['an unknown one', bearer('the-key-of-team-b')],
    ['the beginning of one', bearer('the-key-of-team-')],
    ['a key and more', bearer('the-key-of-ops the-key-of-ops')],
    ['another scheme', new Headers({ authorization: 'Basic the-key-of-ops' })],
  ])('with %s is refused', (_what, headers) => {
    expect(() => createAuthenticate(guarded)(headers)).toThrow(expect.objectContaining({ status: 401 }))
  })

  test('is refused by a message that does not repeat the key', () => {
    expect(() => createAuthenticate(guarded)(bearer('wrong-secret'))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('wrong-secret') }),
    )
  })

  test('is let in as anonymous where the host checks the keys', () => {
    expect(createAuthenticate({ ...guarded, keys: [] })(new Headers()).actor).toBe('anonymous')
  })
})

describe('the identity that App Service verified', () => {
  const headers = new Headers({
    authorization: 'Bearer the-key-of-ops',
    'x-ms-client-principal-name': 'alice@example.com',
  })

  test('names the caller when App Service guards the app', () => {
    expect(createAuthenticate({ ...guarded, trustsAzureIdentity: true })(headers).actor).toBe('alice@example.com')
  })

  test.each([
    ['schedule', 'principal:schedule'],
    ['Anonymous', 'principal:Anonymous'],
    ['team-a', 'principal:team-a'],
    ['schedules', 'schedules'],
    ['alice\u202e\u0007', 'alice\\u{202e}\\u{7}'],
  ])('with the name %j is %j, so that it looks like no other caller', (name, actor) => {
    const named = new Headers({ authorization: 'Bearer the-key-of-ops' })
    const get = (header: string) => (header === 'x-ms-client-principal-name' ? name : named.get(header))
    const authenticate = createAuthenticate({ ...guarded, trustsAzureIdentity: true })
    expect(authenticate({ get } as Headers).actor).toBe(actor)
  })

  test('is ignored otherwise: anybody can send these headers', () => {
    expect(createAuthenticate(guarded)(headers).actor).toBe('ops')
  })

  test('does not replace a key that is configured', () => {
    const withoutKey = new Headers({ 'x-ms-client-principal-name': 'alice@example.com' })
    expect(() => createAuthenticate({ ...guarded, trustsAzureIdentity: true })(withoutKey)).toThrow('A key is needed')
  })
})
