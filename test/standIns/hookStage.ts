import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../waitFor.ts'
import { fineWorld, readCalls, type World } from './world.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A hook that runs, as azd runs it. */
export interface RunningHook {
  child: ChildProcess
  /** Everything that it has printed. */
  output(): string
  /** Its exit code, when it has ended. */
  ended: Promise<number | null>
  /** Resolves when it has printed this. */
  said(text: string): Promise<unknown>
}

/** The tools on a PATH of their own, and the hooks that find only these. */
export class HookStage {
  private readonly folder = mkdtempSync(join(tmpdir(), 'stage-'))
  private readonly calls = join(this.folder, 'calls')

  /** @param world what differs from a subscription in which nothing is missing; @param kubectl the real one, if any */
  constructor(world: Partial<World> = {}, kubectl?: string) {
    writeFileSync(this.calls, '')
    this.change(world)
    mkdirSync(join(this.folder, 'bin'))
    for (const tool of { ...fineWorld, ...world }.tools) {
      if (tool === 'kubectl' && kubectl !== undefined) symlinkSync(kubectl, join(this.folder, 'bin', tool))
      else this.install(tool)
    }
  }

  private install(tool: string): void {
    const script = `"${process.execPath}" --disable-warning=ExperimentalWarning "${root}test/standIns/tool.ts"`
    writeFileSync(join(this.folder, 'bin', tool), `#!/bin/sh\nexec ${script} ${tool} "$@"\n`, { mode: 0o755 })
  }

  /** Changes the world from now on. */
  change(world: Partial<World>): void {
    writeFileSync(join(this.folder, 'world.json'), JSON.stringify({ ...fineWorld, ...world }))
  }

  /** The calls of the stand-ins so far, each as one line. */
  called(): string[] {
    return readCalls(this.calls).map((call) => call.join(' '))
  }

  /** Starts the real file of a hook. The values are those of the azd environment. */
  start(hook: string, values: Record<string, string> = {}, args: string[] = []): RunningHook {
    const env = {
      // Nothing but the tools of this stage: a tool of the machine must not answer for one that is missing.
      PATH: `${join(this.folder, 'bin')}:/nowhere`,
      HOME: this.folder,
      TMPDIR: this.folder,
      STAND_IN_WORLD: join(this.folder, 'world.json'),
      STAND_IN_CALLS: this.calls,
      AZURE_ENV_NAME: 'test',
      ...values,
    }
    const script = ['--disable-warning=ExperimentalWarning', 'infra/hooks/main.mjs', hook, ...args]
    const child = spawn(process.execPath, script, { cwd: root, env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    const ended = once(child, 'close').then(([code]) => code as number | null)
    return {
      child,
      output: () => output,
      ended,
      said: (text) =>
        waitFor({
          what: `${hook} says "${text}"`,
          look: async () => {
            if (child.exitCode !== null && !output.includes(text)) throw new Error(`${hook} has ended: ${output}`)
            return output
          },
          until: (said) => said.includes(text),
        }),
    }
  }

  /** Runs a hook to its end. */
  async run(...call: Parameters<HookStage['start']>): Promise<{ code: number | null; output: string }> {
    const hook = this.start(...call)
    return { code: await hook.ended, output: hook.output() }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
