import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { named } from './processes.ts'

// Runs a command as a container runtime does, for `kubectl logs`: each line that it prints goes to a file in the CRI
// log format, `<RFC 3339 time> stdout|stderr F <line>`. Usage: node criLog.ts LOG_FILE COMPONENT COMMAND [ARGUMENT...]

const [file, component, command, ...args] = process.argv.slice(2)
if (!file || !component || !command) throw new Error('usage: node criLog.ts LOG_FILE COMPONENT COMMAND [ARGUMENT...]')

const log = createWriteStream(file, { flags: 'a' })
const child = spawn(command, args, { env: { ...process.env, ...named(component) }, stdio: ['ignore', 'pipe', 'pipe'] })

function keep(lines: Readable, stream: 'stdout' | 'stderr'): void {
  createInterface({ input: lines }).on('line', (line) => log.write(`${new Date().toISOString()} ${stream} F ${line}\n`))
}
keep(child.stdout, 'stdout')
keep(child.stderr, 'stderr')

// A signal goes to the command, which drains and ends by itself. This process ends after the command's last line.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal))
child.on('error', (error) => log.write(`${new Date().toISOString()} stderr F ${error.message}\n`))
child.on('close', (code, signal) => {
  log.end(() => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)))
})
