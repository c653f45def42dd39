import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Layout } from './fixture.ts'
import type { Identity } from './identity.ts'
import type { Job, Measured } from './measured.ts'

const entry = fileURLToPath(new URL('contender.ts', import.meta.url))

/** A process that is ready to run. */
export interface Ready {
  run(): Promise<Measured>
}

/** Starts a contender in its own process, so that its processor time is measured alone. */
export async function prepare(job: Job, nodeFlags: string[] = []): Promise<Ready> {
  const { PATH, HOME, TMPDIR } = process.env
  const flags = ['--disable-warning=ExperimentalWarning', ...nodeFlags]
  const child = spawn(process.execPath, [...flags, entry, JSON.stringify(job)], {
    env: { PATH, HOME, TMPDIR },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`the process of contender ${job.contender} ended too early`)
    return value
  }
  await line()
  return {
    async run() {
      child.stdin.end()
      return JSON.parse(await line())
    },
  }
}

/**
 * Runs `kubectl scale deployment --all` in each namespace, one after the other, because it accepts only one. Its
 * processor time is the one that the shell reports for its children; its requests are those that it logs.
 */
export async function runKubectl(kubectl: string, identity: Identity, { namespaces }: Layout): Promise<Measured> {
  const script = `for namespace in ${namespaces.join(' ')}; do
    "$KUBECTL" scale deployment --all --replicas=0 -n "$namespace" -v=6 >/dev/null || echo failed
  done; times`
  const { PATH, HOME } = process.env
  const { kubeconfig, cacheDir } = identity
  const env = { PATH, HOME, KUBECTL: kubectl, KUBECONFIG: kubeconfig, KUBECACHEDIR: cacheDir }
  const startedAt = performance.now()
  const child = spawn('sh', ['-c', script], { env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => (stdout += text))
  child.stderr.on('data', (text) => (stderr += text))
  await once(child, 'close')
  const wallMs = performance.now() - startedAt
  const answers = [...stderr.matchAll(/"Response" verb="(\w+)" url="[^"]*" status="(\d+)/g)]
  if (answers.length === 0) throw new Error(`kubectl logged no request: ${stderr.slice(0, 1000)}`)
  const requests: Record<string, number> = {}
  for (const [, verb = ''] of answers) requests[verb.toLowerCase()] = (requests[verb.toLowerCase()] ?? 0) + 1
  const withStatus = (status: string) => answers.filter((answer) => answer[2] === status).length
  return {
    wallMs,
    cpuMs: cpuOfChildrenMs(stdout),
    requests,
    conflicts: withStatus('409'),
    throttled: withStatus('429'),
    failures: stdout.includes('failed') ? [stderr.slice(-300)] : [],
    rssGrowthMb: Number.NaN,
    peakRssMb: Number.NaN,
  }
}

/** The last line of the shell's `times`, e.g. `0m1.230000s 0m0.150000s`: user and system time of its children. */
function cpuOfChildrenMs(stdout: string): number {
  const times =
    stdout
      .trim()
      .split('\n')
      .at(-1)
      ?.matchAll(/(\d+)m([\d.]+)s/g) ?? []
  return [...times].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0)
}
