import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const hooks = fileURLToPath(new URL('.', import.meta.url))

/** A host to ask. */
interface Target {
  url: string
  /** The header that lets a request in. */
  header: string
  /** A file beside this one with what this host does otherwise, and why. */
  config: string | undefined
}

export interface Round {
  /** How many requests it has made, at least. */
  cases: number
  passed: boolean
  /** Everything that it has printed. */
  output: string
}

/**
 * Asks every operation of a running host with requests that fit its document and requests that do not.
 * @param python the folder of the virtual environment
 */
export async function askAll(
  python: string,
  { url, header, config }: Target,
  { seed, examples }: { seed: number; examples: number },
): Promise<Round> {
  const args = [
    ...['-m', 'schemathesis.cli', ...(config === undefined ? [] : ['--config-file', hooks + config])],
    ...['run', `${url}/openapi.json`, '--header', header],
    ...['--seed', String(seed), '--max-examples', String(examples), '--continue-on-failure', '--warnings', 'off'],
  ]
  const { PATH = '', HOME = '' } = process.env
  // It leaves files where it runs.
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'))
  const child = spawn(join(python, 'bin/python'), args, {
    cwd: folder,
    env: {
      PATH,
      HOME,
      PYTHONPATH: hooks,
      PYTHONDONTWRITEBYTECODE: '1',
      SCHEMATHESIS_HOOKS: 'hooks',
      NO_COLOR: '1',
      COLUMNS: '120',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  rmSync(folder, { recursive: true })
  return { cases: Number(/^ +(\d+) generated/m.exec(output)?.[1] ?? 0), passed: code === 0, output }
}
