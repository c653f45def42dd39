import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../../dev/functionsHost/main.ts', import.meta.url))
// A bundle in a temporary folder cannot find the package by its name.
const library = createRequire(import.meta.url).resolve('@azure/functions')

/** The key of every host that these tests start. */
export const key = 'a-key-of-the-tests'

/** A function app in a folder of its own, which is deleted when it is disposed. */
export class FixtureApp implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'functions-host-'))
  readonly state = join(this.folder, 'state')
  readonly bundle = join(this.folder, 'dist', 'index.cjs')

  /** @param code the bundle; it can use `app`, `HttpResponse` and `released(name)`, which waits for `release(name)` */
  constructor(code: string) {
    mkdirSync(join(this.folder, 'dist'))
    this.write('host.json', { version: '2.0', extensions: { http: { routePrefix: '' } } })
    writeFileSync(
      this.bundle,
      `const { app, HttpResponse } = require(${JSON.stringify(library)})
       const fs = require('node:fs')
       const released = async (name) => {
         while (!fs.existsSync(${JSON.stringify(this.folder)} + '/' + name)) await new Promise((done) => setTimeout(done, 10))
       }
       ${code}`,
    )
  }

  write(name: string, content: unknown): void {
    writeFileSync(join(this.folder, name), JSON.stringify(content))
  }

  makeState(): void {
    mkdirSync(this.state)
  }

  release(name: string): void {
    this.write(name, '')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A host in a process of its own, because it changes its process. It is killed when it is disposed. */
export class HostProcess implements AsyncDisposable {
  out = ''
  errors = ''
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #ended: Promise<unknown[]>

  constructor(app: FixtureApp, { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}) {
    const { PATH = '' } = process.env
    this.#child = spawn(
      process.execPath,
      [main, '--bundle', app.bundle, '--port', '0', '--state', app.state, ...args],
      { env: { PATH, FUNCTIONS_KEY: key, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text
    })
    this.#ended = once(this.#child, 'close')
  }

  /** Waits until standard output matches. Rejects when the host ends before that, with everything that it printed. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const ended = this.#ended.then(() => 'ended')
    for (;;) {
      const found = pattern.exec(this.out)
      if (found) return found
      const next = await Promise.race([ended, once(this.#child.stdout, 'data')])
      if (next === 'ended' && !pattern.test(this.out)) {
        throw new Error(`the host ended without printing ${pattern}:\n${this.out}\n${this.errors}`)
      }
    }
  }

  async url(): Promise<string> {
    const [, url] = await this.printed(/Functions host listening on (http:\S+)\n/)
    return url ?? ''
  }

  signal(name: 'SIGTERM' | 'SIGINT'): void {
    this.#child.kill(name)
  }

  /** Resolves with the exit code, or with the signal that ended it. */
  async exit(): Promise<unknown> {
    const [code, signal] = await this.#ended
    return code ?? signal
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
