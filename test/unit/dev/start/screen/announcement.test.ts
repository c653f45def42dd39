import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { readOptions } from '../../../../../dev/start/options.ts'
import { announcement } from '../../../../../dev/start/screen/announcement.ts'
import { otherCluster } from '../../../../../dev/start/screen/otherCluster.ts'
import { type Access, docsLink, exportedKeys, tour } from '../../../../../dev/start/screen/tour.ts'

const url = 'http://127.0.0.1:7071'
const sample = { project: 'project-a', namespace: 'project-a', deployment: 'sample-app-a' }

describe('the tour', () => {
  const commands = (access: Access) => tour(access, sample).map(({ command }) => command)

  test('puts the project to sleep, wakes it and waits for it, with the function key', () => {
    expect(commands({ url, functionKey: 'k' })).toEqual([
      `curl -X POST "${url}/api/v1/projects/project-a/scale-to-zero?code=$KEY" -d '{"reason":"end of the working day"}'`,
      `curl -X POST "${url}/api/v1/projects/project-a/restore?code=$KEY" -d '{"reason":"back to work"}'`,
      `curl "${url}/api/v1/deployments/project-a/sample-app-a/status?code=$KEY&wait=ready"`,
    ])
  })

  test('sends the API key to the in-cluster host', () => {
    expect(commands({ url, apiKey: 'k' })[2]).toBe(
      `curl "${url}/api/v1/deployments/project-a/sample-app-a/status?wait=ready" -H "Authorization: Bearer $KEY"`,
    )
  })

  test('sends both keys to a function app that has API keys', () => {
    expect(commands({ url, functionKey: 'f', apiKey: 'k' })[1]).toBe(
      `curl -X POST "${url}/api/v1/projects/project-a/restore?code=$KEY" -H "Authorization: Bearer $API_KEY" -d '{"reason":"back to work"}'`,
    )
  })

  test('sends a key in a header that would mean something else in a URL', () => {
    expect(commands({ url, functionKey: 'k&y' })[2]).toBe(
      `curl "${url}/api/v1/deployments/project-a/sample-app-a/status?wait=ready" -H "x-functions-key: $KEY"`,
    )
    expect(docsLink({ url, functionKey: 'k&y' })).toBe(`${url}/docs?code=k%26y`)
  })

  test('needs no key where the host asks for none', () => {
    expect(exportedKeys({ url })).toEqual([])
    expect(commands({ url })[2]).toBe(`curl "${url}/api/v1/deployments/project-a/sample-app-a/status?wait=ready"`)
  })

  test('arrives as it is from a shell into which it is pasted, whatever the keys', () => {
    const access = { url, functionKey: `it's "$HOME"`, apiKey: '`id`' }
    const pasted = [...exportedKeys(access), ...commands(access)].join('\n').replaceAll('curl', "printf '%s\\n'")
    const printed = execFileSync('sh', ['-c', pasted], { encoding: 'utf8' }).split('\n')
    expect(printed).toContain(`x-functions-key: it's "$HOME"`)
    expect(printed).toContain('Authorization: Bearer `id`')
    expect(printed).toContain('{"reason":"back to work"}')
  })
})

describe('what npm start says when the host runs', () => {
  const said = {
    ...{ access: { url, functionKey: 'k' }, isReady: true, cluster: [], sample, dryRun: false },
    ...{ schedules: '  a table', live: 'Nothing shows.' },
  }

  test('is first the page, then the key, the commands, the schedules, and the API for people', () => {
    const text = announcement(said)
    const places = [
      `\nOpen ${url}/?code=k\n`,
      "\n  export KEY='k'\n",
      '\n  1. Put project-a',
      '\n  2. Wake it',
      '\n  3. Wait',
      '  a table',
      'The API for people: http',
    ]
    const found = places.map((place) => text.indexOf(place))
    expect(found).toEqual([...found].sort((one, other) => one - other))
    expect(found).not.toContain(-1)
    expect(text).toContain(`\nThe API for people: ${url}/docs?code=k\nA request without the key gets an empty 401 `)
  })

  test('is how to make a project where there is none', () => {
    const text = announcement({ ...said, sample: undefined })
    expect(text).toContain('kubectl label namespace NAMESPACE aks-scale-to-zero/managed=true')
    expect(text).not.toContain('curl')
  })

  test('is not that it is ready while its cluster does not answer', () => {
    const text = announcement({ ...said, isReady: false, sample: undefined })
    expect(text).toContain(`its cluster does not answer: see ${url}/ready`)
    expect(text).not.toMatch(/Ready\.|No project/)
  })

  test('is that the schedules only talk in a dry run', () => {
    expect(announcement({ ...said, dryRun: true })).toContain('In dry run the schedules only say what they would do:')
  })

  test('is nothing of schedules and of a function key in the in-cluster host', () => {
    const text = announcement({ ...said, access: { url, apiKey: 'k' }, schedules: '' })
    expect(text).not.toMatch(/schedules|401/)
    expect(text).toContain(`\nThe API for people: ${url}/docs\n`)
  })
})

describe('of a cluster that is not ours npm start says', () => {
  const facts = { described: 'https://10.0.0.1 (context prod, user me)', projects: 2 }
  const lines = (line: string, projects: number | undefined = 2) => {
    const options = readOptions(line.split(' '), {})
    return options === 'help' ? [] : otherCluster(options, { ...facts, projects })
  }

  test('which it is, and that a request acts', () => {
    expect(lines('--cluster kubeconfig')).toEqual([
      'Cluster: https://10.0.0.1 (context prod, user me)',
      expect.any(String),
      'A request acts at once; with ?dry_run=true it only says what would change.',
    ])
  })

  test.each([
    ['--cluster kubeconfig', 'To let them act: npm start -- --cluster kubeconfig --act'],
    ['--cluster aks', 'To let them act: npm start -- --cluster aks --act'],
    ['--kubeconfig f --context prod', 'To let them act: npm start -- --kubeconfig f --context prod --act'],
  ])('how to let the timers act: %s', (line, sentence) => {
    expect(lines(line)[1]).toBe(`The timers look after 2 projects in dry run: they change nothing. ${sentence}`)
  })

  test('that they act when they do', () => {
    expect(lines('--cluster kubeconfig --act', 1)[1]).toBe('The timers look after 1 project, and act.')
  })

  test('nothing of timers for the in-cluster host, which has none', () => {
    expect(lines('--host scale-api --cluster kubeconfig').join()).not.toContain('timers')
  })
})
