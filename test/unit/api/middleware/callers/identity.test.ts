import { describe, expect, test } from '@jest/globals'
import { type Authentication, createAuthenticate } from '../../../../../shared/api/middleware/callers/authentication.ts'
import { type Claim, principalHeaders } from '../../../../principal.ts'

const groupOfA = '11111111-1111-4111-8111-111111111111'
const groupOfB = '22222222-2222-4222-8222-22222222222b'
const byIdentity: Authentication = {
  keys: [],
  trustsAzureIdentity: true,
  access: [
    { group: groupOfA, projects: ['a', 'c'], may: 'change' },
    { group: groupOfB.toUpperCase(), projects: ['b'], may: 'read' },
    { role: 'Operator', projects: '*', may: 'change' },
    { role: 'Viewer', projects: '*', may: 'read' },
  ],
  anonymousActor: 'function-key',
  reservedNames: ['schedule', 'function-key'],
}
const authenticate = createAuthenticate(byIdentity)
const signedIn = (claims: Claim[], more: Parameters<typeof principalHeaders>[1] = {}) =>
  new Headers(principalHeaders(claims, more))
const role = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'

describe('somebody who has signed in', () => {
  test.each<[string, Claim[], { projects: string[] | undefined; changes: string[] | undefined }]>([
    ['a group', [['groups', groupOfA]], { projects: ['a', 'c'], changes: ['a', 'c'] }],
    ['a group that may only read', [['groups', groupOfB]], { projects: ['b'], changes: [] }],
    [
      'several groups',
      [
        ['groups', groupOfA],
        ['groups', groupOfB.toLowerCase()],
      ],
      { projects: ['a', 'b', 'c'], changes: ['a', 'c'] },
    ],
    ['a role for all', [['roles', 'Operator']], { projects: undefined, changes: undefined }],
    [
      'a role that reads all, by the other name of its claim, and a group',
      [
        [role, 'Viewer'],
        ['groups', groupOfA],
      ],
      { projects: undefined, changes: ['a', 'c'] },
    ],
  ])('has the rights of %s', (_what, claims, rights) => {
    expect(authenticate(signedIn(claims))).toEqual({ actor: 'alice@example.com', ...rights })
  })

  test.each<[string, Headers, RegExp]>([
    [
      'without any of the groups',
      signedIn([['groups', '33333333-3333-4333-8333-333333333333']]),
      /no group and no app role/,
    ],
    ['with a group id in a claim of another type', signedIn([['name', groupOfA]]), /no group and no app role/],
    ['with the name of a role in another case', signedIn([['roles', 'operator']]), /no group and no app role/],
    [
      'in more groups than a token holds',
      signedIn([['_claim_names', '{"groups":"src1"}']]),
      /so many groups.*app role/,
    ],
    ['in more groups than the token of a browser holds', signedIn([['hasgroups', 'true']]), /so many groups.*app role/],
    ['by another provider', signedIn([['roles', 'Operator']], { provider: 'github' }), /another provider/],
    [
      'with claims that are no JSON',
      new Headers({ ...principalHeaders([]), 'x-ms-client-principal': 'e30' }),
      /cannot be read/,
    ],
    [
      'with more claims than anybody has',
      signedIn(Array.from({ length: 2000 }, () => ['groups', groupOfA] as const)),
      /too large/,
    ],
  ])('%s is refused by 403, with what to do', (_what, headers, why) => {
    expect(() => authenticate(headers)).toThrow(
      expect.objectContaining({ code: 'access-denied', status: 403, message: expect.stringMatching(why) }),
    )
  })

  test('in too many groups may do what a role allows', () => {
    const claims: Claim[] = [
      ['hasgroups', 'true'],
      ['roles', 'Viewer'],
    ]
    expect(authenticate(signedIn(claims))).toMatchObject({ projects: undefined, changes: [] })
  })

  test('looks like no other caller in logs and records', () => {
    expect(authenticate(signedIn([['roles', 'Viewer']], { name: 'Schedule' })).actor).toBe('principal:Schedule')
  })
})

test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['a key', { authorization: 'Bearer the-key-of-ops' }],
  ['a name alone', { 'x-ms-client-principal-name': 'alice@example.com' }],
  [
    'claims without a name',
    { 'x-ms-client-principal': principalHeaders([['roles', 'Operator']])['x-ms-client-principal'] },
  ],
])('with %s nobody is let in where the identity counts', (_what, headers) => {
  expect(() => authenticate(new Headers(headers))).toThrow(
    expect.objectContaining({ status: 401, message: expect.stringContaining('/.auth/login/aad') }),
  )
})

test('where App Service is not in front, the headers of an identity open nothing', () => {
  const elsewhere = createAuthenticate({
    ...byIdentity,
    trustsAzureIdentity: false,
    keys: [{ name: 'ops', key: 'the-key-of-ops' }],
  })
  const headers = signedIn([['roles', 'Operator']])
  expect(() => elsewhere(headers)).toThrow(expect.objectContaining({ status: 401 }))
  headers.set('authorization', 'Bearer the-key-of-ops')
  expect(elsewhere(headers).actor).toBe('ops')
})
