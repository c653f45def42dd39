import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  endProcesses,
  labEnv,
  labProcesses,
  named,
  ownEnv,
  requireLiving,
  startOf,
  untilShown,
} from '../../../../dev/lab/processes.ts'
import { waitFor } from '../../../waitFor.ts'

// The lab reads /proc, and refuses to start elsewhere.
const onLinux = process.platform === 'linux' ? describe : describe.skip

// Folders that no real lab has; they need not exist.
const lab = `/no/labs/one-${process.pid}`
const other = `${lab}-more`

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Starts a script. Resolves when it is ready. */
async function start(env: NodeJS.ProcessEnv, script = ''): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sh', ['-c', `${script}\necho ready\nread never`], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout, 'data')
  return child as typeof child & { pid: number }
}

onLinux('the processes of a lab', () => {
  test("are those with its folder, by their name or their binary's, and none of a lab with a longer name", async () => {
    const plain = await start(labEnv(lab))
    const karpenter = await start(labEnv(lab, named('karpenter')))
    await start(labEnv(other))
    const found = labProcesses(lab).sort((a, b) => a.pid - b.pid)
    expect(found).toEqual([
      { pid: plain.pid, component: 'sh' },
      { pid: karpenter.pid, component: 'karpenter' },
    ])
    expect(() => requireLiving(lab, 'karpenter')).not.toThrow()
    expect(() => requireLiving(lab, 'etcd')).toThrow('etcd ended right after its start')
  })

  test('end with their children, and those of another lab go on', async () => {
    await start(labEnv(lab), 'sleep 600 & ')
    const bystander = await start(labEnv(other))
    expect(await endProcesses(lab)).toBe(2)
    expect(labProcesses(lab)).toEqual([])
    expect(labProcesses(other).map(({ pid }) => pid)).toEqual([bystander.pid])
    expect(await endProcesses(lab)).toBe(0)
  })

  test('end only if they are named', async () => {
    await start(labEnv(lab, named('scale-api')))
    const functions = await start(labEnv(lab, named('functions')))
    expect(await endProcesses(lab, ['scale-api', 'scale-api-log'])).toBe(1)
    expect(labProcesses(lab)).toEqual([{ pid: functions.pid, component: 'functions' }])
  })

  test('end by force when they ignore SIGTERM', async () => {
    await start(labEnv(lab), "trap '' TERM")
    expect(await endProcesses(lab)).toBe(1)
    expect(labProcesses(lab)).toEqual([])
  })

  test('inherit only what they need of our environment, but a build command inherits all of it', () => {
    process.env.AZURE_CLIENT_SECRET = 'secret'
    try {
      expect(labEnv(lab)).not.toHaveProperty('AZURE_CLIENT_SECRET')
      expect(labEnv(lab).PATH).toBe(process.env.PATH)
      expect(ownEnv(lab).AZURE_CLIENT_SECRET).toBe('secret')
    } finally {
      delete process.env.AZURE_CLIENT_SECRET
    }
  })
})

onLinux('a process that was just started', () => {
  test('is found as soon as the wait for it resolves', async () => {
    const child = spawn('sleep', ['600'], { env: labEnv(lab, named('karpenter')) })
    children.push(child)
    await untilShown(child.pid ?? 0)
    expect(labProcesses(lab)).toEqual([{ pid: child.pid, component: 'karpenter' }])
  })

  test('is not waited for once it has ended', async () => {
    const child = spawn('true', { env: labEnv(lab) })
    await once(child, 'exit')
    await untilShown(child.pid ?? 0)
    expect(labProcesses(lab)).toEqual([])
  })
})

onLinux('the start of a process', () => {
  test('is always the same, and undefined once the process has ended', async () => {
    const child = await start({ PATH: process.env.PATH })
    expect(startOf(child.pid)).toMatch(/^\d+$/)
    expect(startOf(child.pid)).toBe(startOf(child.pid))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(startOf(child.pid)).toBeUndefined()
  })

  test('is undefined for a zombie, although its pid still exists', async () => {
    // The shell becomes `sleep`, which does not collect the child that it inherits. Only then may that child end.
    const child = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 600'])
    children.push(child)
    const [zombie] = await once(child.stdout, 'data')
    const program = async () => readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim()
    await waitFor({ what: 'the shell is `sleep`', look: program, until: (name) => name === 'sleep' })
    child.stdin.end()
    const look = async () => readFileSync(`/proc/${Number(zombie)}/stat`, 'utf8')
    await waitFor({ what: 'it is a zombie', look, until: (stat) => stat.includes(' Z ') })
    expect(startOf(Number(zombie))).toBeUndefined()
  })
})
