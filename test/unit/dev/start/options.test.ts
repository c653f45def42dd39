import { describe, expect, test } from '@jest/globals'
import { readOptions } from '../../../../dev/start/options.ts'

const read = (line: string, env: Record<string, string> = {}) =>
  readOptions(line === '' ? [] : line.split(' '), { HOME: '/home/me', ...env })

describe('npm start runs', () => {
  const named = { KUBECONFIG: '/mine', AKS_SUBSCRIPTION_ID: 's', AKS_RESOURCE_GROUP: 'g', AKS_CLUSTER_NAME: 'c' }
  const mine = { kind: 'kubeconfig', paths: '/mine', from: 'KUBECONFIG=/mine' }
  const ofHome = { kind: 'kubeconfig', paths: '/home/me/.kube/config', from: '~/.kube/config' }

  test.each([
    ['', {}, { kind: 'embedded' }, 'nothing else is asked for'],
    ['', named, { kind: 'embedded' }, 'a shell that has a kubeconfig has not asked for it'],
    ['--cluster embedded', named, { kind: 'embedded' }, 'it is asked for'],
    ['--cluster kubeconfig', named, mine, 'the environment names the kubeconfig'],
    ['--cluster kubeconfig', {}, ofHome, 'that is where kubectl looks'],
    ['--cluster kubeconfig --context prod', {}, { ...ofHome, context: 'prod' }, 'a context is chosen'],
    ['--kubeconfig /f', named, { paths: '/f', from: '--kubeconfig /f' }, 'a file that is named comes first'],
    ['--kubeconfig f', { INIT_CWD: '/here' }, { paths: '/here/f' }, 'a path begins where the person is'],
    ['--kubeconfig /f --cluster kubeconfig --context prod', {}, { paths: '/f', context: 'prod' }, 'both say the same'],
    ['--cluster aks', named, { kind: 'aks' }, 'it is asked for'],
  ])('with "%s" and the environment %j on the cluster %j, because %s', (...[line, env, cluster]) => {
    expect(read(line, env)).toMatchObject({ cluster })
  })

  test.each([
    ['', {}, 7071],
    ['--host scale-api', {}, 8080],
    ['', { PORT: '9000' }, 9000],
    ['--port 0', { PORT: '9000' }, 0],
  ])('with "%s" and the environment %j on port %i', (line, env, port) => {
    expect(read(line, env)).toMatchObject({ port })
  })

  test('with timers that may change another cluster only when --act is given', () => {
    expect(read('--cluster kubeconfig')).toMatchObject({ act: false })
    expect(read('--cluster kubeconfig --act', { DRY_RUN: 'false' })).toMatchObject({ act: true })
  })

  test('nothing at all when it is asked for help', () => {
    expect(read('--help --act')).toBe('help')
  })
})

describe('npm start says what to type', () => {
  test.each([
    ['--prot 1', "Unknown option '--prot': npm start -- --help lists the options."],
    ['--port', "Option '--port <value>' argument missing: npm start -- --help lists the options."],
    ['--port http', '--port http is no port: type npm start -- --port 7072, or another number up to 65535.'],
    ['--port 65536', '--port 65536 is no port: type npm start -- --port 7072, or another number up to 65535.'],
    ['--host nowhere', '--host nowhere is neither functions nor scale-api.'],
    ['stray', "'stray' is no option: npm start -- --help lists them."],
    [
      '--cluster prod',
      '--cluster prod is none of embedded, kubeconfig and aks: for a context of a kubeconfig type npm start -- --cluster kubeconfig --context prod',
    ],
    [
      '--kubeconfig f --cluster aks',
      '--kubeconfig and --cluster aks name two clusters: type npm start -- --kubeconfig f, or npm start -- --cluster aks',
    ],
    ['--kubeconfig=', '--kubeconfig is empty: type npm start -- --kubeconfig FILE'],
    ['--context=', '--context is empty: type npm start -- --context NAME'],
    ['--context prod', '--context prod is for a kubeconfig: type npm start -- --cluster kubeconfig --context prod'],
    [
      '--cluster aks --context prod',
      '--context prod is for a kubeconfig: type npm start -- --cluster kubeconfig --context prod',
    ],
    [
      '--act',
      '--act is for another cluster, and in the embedded one the timers act anyway: type npm start, or npm start -- --cluster kubeconfig --act',
    ],
    [
      '--host scale-api --cluster kubeconfig --act',
      '--act is for timers, and the in-cluster host has none: type npm run start:scale-api without it.',
    ],
    [
      '--host scale-api --verbose',
      '--verbose shows the functions, and the in-cluster host has none: type npm run start:scale-api without it.',
    ],
  ])('for "%s"', (line, sentence) => {
    expect(() => read(line)).toThrow(sentence)
  })

  test('when PORT is no port', () => {
    expect(() => read('', { PORT: 'http' })).toThrow('PORT=http is no port: type npm start -- --port 7072')
  })

  test('when --act and the environment contradict each other', () => {
    expect(() => read('--cluster aks --act', { DRY_RUN: 'true' })).toThrow(
      '--act and DRY_RUN=true contradict each other: leave out --act, or unset DRY_RUN.',
    )
  })

  // npm keeps a flag that stands before the --, in a variable, and hands on its value as an argument.
  test.each([
    ['7474', { npm_config_port: 'true' }, 'use npm start -- --port 7474'],
    ['', { npm_config_port: '7474' }, 'use npm start -- --port 7474'],
    ['', { npm_config_act: 'true' }, 'use npm start -- --act'],
    ['kubeconfig', { npm_config_cluster: 'true' }, 'use npm start -- --cluster kubeconfig'],
    [
      'kubeconfig prod',
      { npm_config_cluster: 'true', npm_config_context: 'true' },
      'use npm start -- --cluster kubeconfig --context NAME',
    ],
    ['--host scale-api 7474', { npm_config_port: 'true' }, 'use npm run start:scale-api -- --port 7474'],
  ])('when the -- is missing: "%s" with %j', (line, env, sentence) => {
    expect(() => read(line, env)).toThrow(`npm takes what stands before "--" for itself: ${sentence}`)
  })
})
