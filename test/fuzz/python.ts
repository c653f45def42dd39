import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder } from '../../dev/lab/paths.ts'

/** Says that there is no Python to run schemathesis with. */
export class PythonMissing extends Error {}

const oldest = [3, 11] as const

/**
 * The folder of a virtual environment with the packages of a requirements file, each with its hash. It is made when it
 * is first asked for, and kept until the file changes.
 * @throws PythonMissing
 */
export function pythonWith(requirements: string, env: NodeJS.ProcessEnv): string {
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)
  const folder = join(cacheFolder(env), 'python', key)
  if (existsSync(folder)) return folder
  const found = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  })
  const [major = 0, minor = 0] = (found.stdout ?? '').split(' ').map(Number)
  if (found.status !== 0 || major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new PythonMissing(`python3 of version ${oldest.join('.')} or newer with its module venv is needed`)
  }
  // A scratch folder, so that what is interrupted is not taken for whole. Its programs are asked for by module, since
  // their own first lines hold its path.
  const scratch = `${folder}.${process.pid}`
  mkdirSync(dirname(folder), { recursive: true })
  try {
    execFileSync('python3', ['-m', 'venv', scratch], { stdio: ['ignore', 'ignore', 'inherit'] })
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--require-hashes',
      '-r',
      requirements,
    ]
    execFileSync(join(scratch, 'bin/python'), pip, { stdio: ['ignore', 'ignore', 'inherit'] })
    renameSync(scratch, folder)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return folder
}
