import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { figuresOf, isCounted, report, type Tree } from './rooms/figures.ts'

const usage = `How large the rooms of the code are: TypeScript files in each folder,
the largest of them with its lines, import circles, and the lengths of what everybody reads.

  node dev/rooms.ts            this checkout
  node dev/rooms.ts <commit>   a commit beside this checkout, e.g. HEAD~20
  node dev/rooms.ts <folder>   another checkout beside this one
`

const root = join(import.meta.dirname, '..')

/** @throws Error when git does not know the commit */
const git = (folder: string, args: string[]): Buffer =>
  execFileSync('git', ['-C', folder, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })

const pathsIn = (listing: Buffer): string[] => listing.toString().split('\0').filter(isCounted)

function checkoutAt(folder: string): Tree {
  const paths = pathsIn(git(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']))
  const present = paths.filter((path) => existsSync(join(folder, path)))
  return new Map(present.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

function commitAt(commit: string): Tree {
  const paths = pathsIn(git(root, ['ls-tree', '-rz', '--name-only', commit]))
  return new Map(paths.map((path) => [path, git(root, ['show', `${commit}:${path}`]).toString()]))
}

const [argument, ...others] = process.argv.slice(2)
if (argument === '--help' || argument === '-h' || others.length > 0) {
  process.stdout.write(usage)
} else {
  const here = { title: 'here', figures: figuresOf(checkoutAt(root)) }
  try {
    const tree = argument && (existsSync(argument) ? checkoutAt(argument) : commitAt(argument))
    const columns = argument && tree ? [{ title: argument, figures: figuresOf(tree) }, here] : [here]
    process.stdout.write(`${report(columns)}\n`)
  } catch {
    process.stderr.write(`${argument} is neither a checkout nor a commit of this repository\n\n${usage}`)
    process.exitCode = 1
  }
}
