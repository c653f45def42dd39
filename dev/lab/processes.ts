import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Every process of a lab has the lab's folder in its environment and passes it on to its children. So the operating
 * system itself knows which processes belong to a lab: there is no pid file that a crash could leave out of date, and a
 * pid that now belongs to another process is never taken for ours.
 */
const labMark = 'AKS_SCALE_TO_ZERO_LAB'
const componentMark = 'AKS_SCALE_TO_ZERO_COMPONENT'

export type LabProcess = { pid: number; component: string }

/** The environment of a lab's process. It inherits little, so that it gets no cloud credential and no other setting. */
export function labEnv(dir: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LOG_LEVEL', 'NODE_EXTRA_CA_CERTS']
  const inherited = Object.fromEntries(kept.map((name) => [name, process.env[name]]))
  return { ...inherited, ...more, [labMark]: dir }
}

/** The environment of a command that needs a person's own settings, such as Go's proxy and caches. */
export function ownEnv(dir: string): NodeJS.ProcessEnv {
  return { ...process.env, [labMark]: dir }
}

/** The variable with the name that `labProcesses` shows. A process without it is shown by the name of its binary. */
export function named(component: string): Record<string, string> {
  return { [componentMark]: component }
}

/** The running processes of the lab in this folder. Linux only: it reads /proc. */
export function labProcesses(dir: string): LabProcess[] {
  const found: LabProcess[] = []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const env = readProc(entry, 'environ')
    if (!env.includes(`${labMark}=${dir}`)) continue
    const component = env.find((variable) => variable.startsWith(`${componentMark}=`))?.slice(componentMark.length + 1)
    found.push({ pid: Number(entry), component: component ?? basename(readProc(entry, 'cmdline')[0] ?? '') })
  }
  return found
}

/** Checks a component that was started. @throws when it does not run, because then there is nothing to wait for. */
export function requireLiving(dir: string, component: string): void {
  if (labProcesses(dir).some((one) => one.component === component)) return
  throw new Error(`${component} ended right after its start`)
}

/**
 * Waits until a process that was just started shows its environment, by which the lab finds it, or has ended. Node
 * reports a process as started while the kernel still loads its binary. Until that is done the environment is empty,
 * for several milliseconds when the binary comes from the disk.
 */
export async function untilShown(pid: number): Promise<void> {
  while (startOf(pid) !== undefined && readProc(String(pid), 'environ')[0] === '') await delay(5)
}

const patienceMs = 2_000
const limitMs = 20_000

/**
 * Ends the lab's processes, or only the named components: by SIGTERM, and after 2 s by SIGKILL. Harmless when there is
 * none. @returns how many have ended. @throws when some still run after 20 s.
 */
export async function endProcesses(dir: string, only?: readonly string[]): Promise<number> {
  const asked = new Set<number>()
  const started = performance.now()
  for (;;) {
    const living = labProcesses(dir).filter(({ component }) => !only || only.includes(component))
    if (living.length === 0) return asked.size
    const elapsedMs = performance.now() - started
    if (elapsedMs > limitMs) throw new Error(`could not end ${living.map(({ pid }) => pid).join(', ')}`)
    for (const { pid } of living) {
      if (elapsedMs > patienceMs) signalProcess(pid, 'SIGKILL')
      else if (!asked.has(pid)) signalProcess(pid, 'SIGTERM')
      asked.add(pid)
    }
    await delay(50)
  }
}

/** When a process started, in the kernel's ticks; a later owner of its pid has another. Undefined when it has ended. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the name, is in parentheses and may hold spaces. The third is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended. Where no parent collects it, as in many containers, it stays forever.
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function readProc(pid: string, file: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')
  } catch {
    // It has ended in the meantime or belongs to another user, so it is not ours.
    return []
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Already gone.
  }
}
