import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { downLab, upLab } from '../../dev/lab/index.ts'
import { cacheFolder, labPaths, projectRoot } from '../../dev/lab/paths.ts'
import { waitFor } from '../waitFor.ts'

// These tests use the lab through its command line. They start their own labs, beside the one of the global setup. On
// an existing cluster (E2E_KUBECONFIG) there is no such lab, so they start one with both hosts in its place. They are
// in one file, although it is long, because each lab comes up only once.
const own = 'e2e-own'
const interrupted = 'e2e-interrupted'
const isOnLab = process.env.E2E_KUBECONFIG === undefined
const neighbour = isOnLab ? 'e2e' : 'e2e-neighbour'

// This bounds a failure. A start takes about 10 s, and longer when it must build something that is not in the cache.
jest.setTimeout(20 * 60_000)

const report = (line: string) => process.stderr.write(`${line}\n`)
const down = (name: string) => downLab({ name, report })

beforeAll(async () => {
  // A killed run may have left these.
  await down(own)
  await down(interrupted)
  if (!isOnLab) await upLab({ name: neighbour, apiAuth: 'key', report })
})

afterAll(async () => {
  await down(own)
  await down(interrupted)
  if (!isOnLab) await down(neighbour)
})

describe('npm run lab', () => {
  test('-- --help explains every command and option', async () => {
    const { code, stdout } = await npmRunLab('--help')
    expect(code).toBe(0)
    for (const word of [
      'up',
      'down',
      'status',
      'env',
      'tools',
      '--name',
      '--only control-plane',
      '--with keda|flux',
      '--api-auth',
    ]) {
      expect(stdout).toContain(`  ${word} `)
    }
  })

  test('hands the exit code on through npm', async () => {
    expect(await npmRunLab('up', '--colour')).toMatchObject({ code: 2, stdout: '' })
  })

  test.each([
    ['an unknown option', ['up', '--colour'], /'--colour'.*valid are --name, --only, --with, --api-auth, --help/],
    ['an option without its value', ['up', '--name'], /--name/],
    ['an unknown part', ['up', '--only', 'hosts'], /--only hosts: valid is control-plane/],
    ['an unknown add-on', ['up', '--with', 'helm'], /--with helm: valid are keda and flux/],
    ['an unknown authentication', ['up', '--api-auth', 'basic'], /--api-auth basic: valid are key and none/],
    ['an option of another command', ['down', '--only', 'control-plane'], /down has no such option/],
    ['an unknown command', ['start'], /'start' is not a command: valid are up, down, status, env, tools/],
    ['an unknown tool', ['tools', 'helm', 'argo'], /tools argo: valid are helm and keda and flux and prometheus/],
    ['tools without a name', ['tools'], /tools needs a name: valid are helm and keda and flux and prometheus/],
    ['a second command', ['up', 'down'], /'up down' is not a command/],
    ['no command', [], /^npm run lab -- COMMAND/],
    ['a name that is a path', ['down', '--name', '../labs'], /'\.\.\/labs' is not a name for a lab/],
  ])('refuses %s with exit code 2 and says what is valid', async (_what, args, message) => {
    const { code, stdout, stderr } = await lab(...args)
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('a lab that is not there', () => {
  test('is reported by status, with exit code 1', async () => {
    expect(await lab('status', '--name', own)).toMatchObject({ code: 1, stdout: `lab ${own} is not running\n` })
  })

  test('has no env: nothing to evaluate, and exit code 1', async () => {
    const { code, stdout, stderr } = await lab('env', '--name', own)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('start it with npm run lab -- up')
  })

  test('can be taken down all the same', async () => {
    expect(await lab('down', '--name', own)).toMatchObject({ code: 0, stdout: `lab ${own} is not running\n` })
  })
})

describe('an up that is stopped in the middle leaves no process', () => {
  test.each([
    ['Ctrl-C, which signals the whole process group', 'karpenter', 'SIGINT', (npm: number) => -npm],
    ['SIGTERM for npm alone', 'etcd', 'SIGTERM', (npm: number) => npm],
  ] as const)('by %s when %s has started', async (_how, component, signal, receiver) => {
    const up = startUp(interrupted)
    await started(component)
    process.kill(receiver(up.npm), signal)
    expect(await up.exited).not.toEqual([0, null])
    await waitFor({ what: 'no process is left', look: async () => processesOf(interrupted), until: isEmpty })
    expect(up.output()).toContain(`stopped by ${signal}`)
    expect(await lab('status', '--name', interrupted)).toMatchObject({ code: 1 })
  })

  test('by kill -9, after down has cleaned up', async () => {
    const up = startUp(interrupted)
    await started('etcd')
    process.kill(-up.npm, 'SIGKILL')
    await up.exited
    expect(processesOf(interrupted)).not.toEqual([])
    expect(await lab('down', '--name', interrupted)).toMatchObject({ code: 0 })
    expect(processesOf(interrupted)).toEqual([])
  })
})

describe('a lab beside another', () => {
  const broken = mkdtempSync(join(tmpdir(), 'broken-kubectl-'))
  let firstUp: Result
  beforeAll(async () => {
    writeFileSync(join(broken, 'kubectl'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    firstUp = await npmRunLab('up', '--only', 'control-plane', '--name', own)
  })
  afterAll(() => rmSync(broken, { recursive: true }))

  test('comes up, and says how to go on', () => {
    expect(firstUp).toMatchObject({ code: 0, stderr: '' })
    expect(firstUp.stdout).toContain(`lab ${own} is up after`)
    expect(firstUp.stdout).toContain(`eval "$(npm run -s lab -- env --name ${own})"`)
  })

  test('has its own processes and ports, and both labs run', async () => {
    const [mine, its] = [await status(own), await status(neighbour)]
    expect([mine.code, its.code]).toEqual([0, 0])
    expect(mine.components.map(({ component }) => component)).toEqual(controlPlane)
    expect(its.components.map(({ component }) => component)).toEqual([...controlPlane, ...hosts])
    const all = [...mine.components, ...its.components]
    const ports = all.flatMap((one) => one.ports)
    expect(new Set(ports).size).toBe(ports.length)
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(all.length)
  })

  test('gets its manifests again by a second up, which restarts no process and wakes no workload', async () => {
    const app = 'deployment/sample-app-b -n project-b'
    const changes = [
      'kubectl delete validatingadmissionpolicy aks-scale-to-zero-events',
      `kubectl patch nodepool projectb --type merge -p '{"spec":{"disruption":{"consolidateAfter":"1h"}}}'`,
      `kubectl scale ${app} --replicas=0`,
    ]
    expect(await evaluated(own, changes.join(' && '))).toMatchObject({ code: 0 })
    const before = await status(own)
    const { code, stdout } = await lab('up', '--only', 'control-plane', '--name', own)
    expect(code).toBe(0)
    expect(stdout).toContain(`lab ${own} is already up`)
    expect(await status(own)).toEqual(before)
    const looks = [
      'kubectl get validatingadmissionpolicy aks-scale-to-zero-events -o jsonpath={.metadata.name}',
      'kubectl get nodepool projectb -o jsonpath={.spec.disruption.consolidateAfter}',
      `kubectl get ${app} -o jsonpath={.spec.replicas}`,
    ]
    const { stdout: seen } = await evaluated(own, looks.join(' && echo && '))
    expect(seen.split('\n')).toEqual(['aks-scale-to-zero-events', '5s', '0'])
  })

  test('gives a shell its kubectl through env, and removes the variables of a lab with hosts', async () => {
    const stale = {
      KUBECONFIG: '/no/such/file',
      FUNCTIONS_URL: 'http://stale',
      SCALE_API_URL: 'http://stale',
      FUNCTIONS_KEY: 'stale',
    }
    const script = 'command -v kubectl; echo "$FUNCTIONS_URL,$SCALE_API_URL,$FUNCTIONS_KEY"; kubectl get nodes -o name'
    const { code, stdout, stderr } = await evaluated(own, script, stale)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [kubectl, hosts, ...nodes] = stdout.trim().split('\n')
    expect(dirname(kubectl ?? '')).toBe(pathsOf(own).bin)
    expect(hosts).toBe(',,')
    expect(nodes.length).toBeGreaterThan(0)
    for (const node of nodes) expect(node).toMatch(/^node\//)
  })

  test('shows none of its objects to the other', async () => {
    await evaluated(own, 'kubectl create namespace only-here')
    const look = 'kubectl get namespace only-here --ignore-not-found -o name'
    expect(await evaluated(own, look)).toMatchObject({ code: 0, stdout: 'namespace/only-here\n' })
    expect(await evaluated(neighbour, look)).toMatchObject({ code: 0, stdout: '' })
  })

  test('reports by status which of its processes were killed, and up starts only these again', async () => {
    // kwokctl starts the first one, and the lab itself starts the second one.
    const victims = ['kube-scheduler', 'karpenter']
    const before = await status(own)
    kill(before, victims)
    const broken = await status(own)
    expect(broken.code).toBe(1)
    expect(namesOf(broken, 'down')).toEqual(victims)

    const { code, stdout } = await lab('up', '--only', 'control-plane', '--name', own)
    expect(code).toBe(0)
    for (const component of victims) expect(stdout).toContain(`${component} is not running, starting it again`)
    const repaired = await status(own)
    expect(repaired.code).toBe(0)
    const others = ({ components }: Status) => components.filter(({ component }) => !victims.includes(component))
    expect(others(repaired)).toEqual(others(before))
  })

  test('comes back with up when all of it was killed, as after a reboot, and wakes no sleeping workload', async () => {
    const app = 'deployment/sample-app-a -n project-a'
    expect(await evaluated(own, `kubectl scale ${app} --replicas=0`)).toMatchObject({ code: 0 })
    kill(await status(own), controlPlane)
    // The lab must not use the machine's own kubectl.
    const PATH = `${broken}:${process.env.PATH}`
    const up = await runToEnd(process.execPath, [...main, 'up', '--only', 'control-plane', '--name', own], { PATH })
    expect(up).toMatchObject({ code: 0 })
    expect(namesOf(await status(own), 'up')).toEqual(controlPlane)
    expect(await evaluated(own, `kubectl get ${app} -o jsonpath={.spec.replicas}`)).toMatchObject({ stdout: '0' })
  })

  test('is gone after down: no process, no file, and the other lab is as it was', async () => {
    const other = await status(neighbour)
    expect(processesOf(own).length).toBeGreaterThanOrEqual(controlPlane.length)
    const { code, stdout } = await npmRunLab('down', '--name', own)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^lab ${own} is down: \\d+ processes ended\\n$`))
    expect(processesOf(own)).toEqual([])
    const { dir } = pathsOf(own)
    expect(readdirSync(dirname(dir)).filter((file) => file.startsWith(basename(dir)))).toEqual([])
    expect(await status(neighbour)).toEqual(other)
  })
})

describe('env of a lab with hosts', () => {
  const health = (url: string) => fetch(`${url}/health`).then(({ status }) => status)
  const deployment = 'api/v1/deployments/project-a/sample-app-a/status'

  test('has the addresses of both hosts and the keys that they require', async () => {
    const { stdout } = await evaluated(
      neighbour,
      'printf "%s\\n" "$FUNCTIONS_URL" "$FUNCTIONS_KEY" "$SCALE_API_URL" "$API_KEY"',
    )
    const [functionsUrl = '', functionsKey = '', scaleApiUrl = '', apiKey = ''] = stdout.split('\n')
    expect([await health(functionsUrl), await health(scaleApiUrl)]).toEqual([200, 200])
    const ask = async (url: string, headers: Record<string, string>) =>
      (await fetch(`${url}/${deployment}`, { headers })).status
    expect(await ask(functionsUrl, {})).toBe(401)
    expect(await ask(functionsUrl, { 'x-functions-key': functionsKey })).toBe(200)
    expect(await ask(scaleApiUrl, {})).toBe(401)
    expect(await ask(scaleApiUrl, { authorization: `Bearer ${apiKey}` })).toBe(200)
  })
})

const controlPlane = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok-controller',
  'karpenter',
]
const hosts = ['scale-api', 'scale-api-log', 'azure', 'functions']

interface Result {
  code: number
  stdout: string
  stderr: string
}

/** Runs the lab's command without npm, which is quicker. */
const lab = (...args: string[]) => runToEnd(process.execPath, [...main, ...args])
const main = ['dev/lab/main.ts']

const npmRunLab = (...args: string[]) => runToEnd('npm', ['run', '-s', 'lab', '--', ...args])

/** Runs a script in a shell that has evaluated `env` as the operations guide says. */
function evaluated(name: string, script: string, env: Record<string, string> = {}): Promise<Result> {
  return runToEnd('sh', ['-c', `eval "$(npm run -s lab -- env --name ${name})"\n${script}`], env)
}

function runToEnd(command: string, args: string[], env: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: projectRoot, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

/** Starts `up` through npm in its own process group, as a terminal does. */
function startUp(name: string) {
  const args = ['run', '-s', 'lab', '--', 'up', '--only', 'control-plane', '--name', name]
  const child = spawn('npm', args, { cwd: projectRoot, detached: true })
  if (child.pid === undefined) throw new Error('npm did not start')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  return { npm: child.pid, output: () => output, exited: once(child, 'exit') }
}

const started = (component: string) =>
  waitFor({
    what: `${component} of ${interrupted} has started`,
    look: async () => processesOf(interrupted),
    until: (found) => found.some((process) => process.endsWith(`/${component}`)),
    // It may have to be built first.
    timeoutMs: 15 * 60_000,
  })

interface Status {
  code: number
  components: { component: string; state: string; pid: number; ports: string[] }[]
}

async function status(name: string): Promise<Status> {
  const { code, stdout } = await lab('status', '--name', name)
  const [, ...rows] = stdout.trimEnd().split('\n')
  const components = rows.map((row) => {
    const [component = '', state = '', pid, ports = ''] = row.split(/ {2,}/)
    return { component, state, pid: Number(pid), ports: ports === '-' ? [] : ports.split(' ') }
  })
  return { code, components }
}

const namesOf = ({ components }: Status, wanted: 'up' | 'down') =>
  components.filter(({ state }) => state === wanted).map(({ component }) => component)

function kill({ components }: Status, victims: readonly string[]): void {
  for (const { component, pid } of components) if (victims.includes(component)) process.kill(pid, 'SIGKILL')
}

const pathsOf = (name: string) => labPaths(cacheFolder(process.env), name)

/** Every process that has the lab's folder in its environment or its command line, as `<pid> <command>`. */
function processesOf(name: string): string[] {
  const { dir } = pathsOf(name)
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    const command = procFile(pid, 'cmdline')
    const isOfLab = [...command, ...procFile(pid, 'environ')].some((text) => `${text}/`.includes(`${dir}/`))
    return isOfLab ? [`${pid} ${command[0]}`] : []
  })
}

function procFile(pid: string, file: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(join('/proc', pid, file), 'utf8').split('\0')
  } catch {
    // The process has ended meanwhile, or belongs to another user.
    return []
  }
}

const isEmpty = (found: readonly unknown[]) => found.length === 0
