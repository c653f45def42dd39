import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'

const child = new URL('../../../../dev/start/child.ts', import.meta.url).href
const interruption = new URL('../../../../dev/start/interruption.ts', import.meta.url).href

const host = fileURLToPath(new URL('fixtures/host.mjs', import.meta.url))

const started: ChildProcess[] = []
afterEach(() => {
  for (const one of started.splice(0)) one.kill('SIGKILL')
})

/** Runs a program and collects the lines that it prints. */
function run(command: string, args: string[], env: object = {}) {
  const { PATH } = process.env
  const one = spawn(command, args, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(one)
  const lines = createInterface({ input: one.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => String((await lines.next()).value)
  return { process: one, nextLine }
}

const node = (code: string) => ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a host ends when npm start is killed and can stop nothing any more', async () => {
  const parent = run(
    process.execPath,
    node(`
      import { startChild } from '${child}'
      startChild(['${host}'], { env: process.env, onLine: (line) => console.log(line) })
      setInterval(() => {}, 1000)
    `),
  )
  const pid = Number(await parent.nextLine())
  expect(isAlive(pid)).toBe(true)
  parent.process.kill('SIGKILL')
  await once(parent.process, 'close')
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('a host that is stopped says all that it has to say before it counts as ended', async () => {
  const parent = run(
    process.execPath,
    node(`
      import { startChild } from '${child}'
      const lines = []
      const host = startChild(['${host}'], { env: process.env, onLine: (line) => { lines.push(line); host.stop() } })
      await host.ended
      console.log(lines.at(-1))
      process.exit()
    `),
  )
  expect(await parent.nextLine()).toBe('farewell')
})

test.each([
  ['is interrupted', 'npm has started it', { npm_lifecycle_event: 'start' }, 'interrupted'],
  ['goes on', 'a person has, and left the shell', {}, 'still there'],
])('npm start %s when its parent is gone and %s', async (_, __, env, expected) => {
  const code = `
    import { interruption } from '${interruption}'
    const parent = process.ppid
    interruption().addEventListener('abort', () => { console.log('interrupted'); process.exit() })
    console.log('begun')
    // Nobody would end it after a test that fails.
    setTimeout(process.exit, 20_000)
    const look = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(look)
      setTimeout(() => { console.log('still there'); process.exit() }, 1500)
    }, 10)
  `
  // The shell waits for the program, as the one does in which npm runs a script.
  const shell = run('/bin/sh', ['-c', '"$0" "$@" & wait', process.execPath, ...node(code)], env)
  expect(await shell.nextLine()).toBe('begun')
  shell.process.kill('SIGKILL')
  expect(await shell.nextLine()).toBe(expected)
})
