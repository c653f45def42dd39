import { appendFileSync } from 'node:fs'
import { answerTool } from './answerTool.ts'
import { readCalls, readWorld } from './world.ts'

// A tool on the PATH of a hook, as a process: its name, and then what it is called with.

const call = process.argv.slice(2)
const file = process.env.STAND_IN_CALLS ?? ''
const earlier = readCalls(file)
appendFileSync(file, `${JSON.stringify(call)}\n`)
const { code, stdout, stderr } = answerTool(call, readWorld(), earlier)
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = code
