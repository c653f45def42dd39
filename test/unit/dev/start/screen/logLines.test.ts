import { describe, expect, test } from '@jest/globals'
import { logLines, userAgent } from '../../../../../dev/start/screen/logLines.ts'

const line = (fields: object) => JSON.stringify({ level: 'info', timestamp: '2026-11-27T13:00:00.033Z', ...fields })
const swept = line({ project: 'project-a', changed: 1, msg: 'swept' })
const { hour, minute } = Object.fromEntries(
  new Intl.DateTimeFormat('en-US', { hourCycle: 'h23', hour: '2-digit', minute: '2-digit' })
    .formatToParts(new Date('2026-11-27T13:00:00Z'))
    .map(({ type, value }) => [type, value]),
)

describe('a line of the host', () => {
  const shown = logLines({ isTTY: true, hasColors: false })
  const piped = logLines({ isTTY: false, hasColors: false })

  test('is for a person in a terminal, in local time', () => {
    expect(shown(swept)).toBe(`${hour}:${minute}:00 INFO: swept {"project":"project-a","changed":1}`)
  })

  test('stays JSON where no person reads it', () => {
    expect(piped(swept)).toBe(swept)
  })

  test('keeps the name of a workload, which is not that of a logger', () => {
    expect(shown(line({ kind: 'Deployment', name: 'web', msg: 'a workload is left out' }))).toContain(
      'INFO: a workload is left out {"kind":"Deployment","workload":"web"}',
    )
  })

  test('that is no log line stays as it is', () => {
    for (const text of ['Functions:', '{ not JSON', '']) expect([shown(text), piped(text)]).toEqual([text, text])
  })

  test('is left out when npm start itself has sent the request, unless that failed', () => {
    const own = line({ user_agent: userAgent, msg: 'request' })
    expect([shown(own), piped(own)]).toEqual([undefined, undefined])
    const failed = line({ level: 'error', user_agent: userAgent, msg: 'request' })
    expect(piped(failed)).toBe(failed)
  })

  test('has the stack of an error that nobody foresaw, and not that of one with a code', () => {
    const err = { type: 'Error', message: 'it broke', stack: 'Error: it broke\n    at somewhere' }
    expect(shown(line({ err, msg: 'failed' }))).toContain('at somewhere')
    const foreseen = shown(line({ err: { ...err, code: 'cluster-unreachable' }, msg: 'failed' }))
    expect(foreseen).toContain('it broke')
    expect(foreseen).not.toContain('at somewhere')
  })
})
