import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding } from './finding.ts'

/** What actionlint says of one place. https://github.com/rhysd/actionlint/blob/main/docs/usage.md#format */
interface Told {
  message: string
  filepath: string
  line: number
}

const module = fileURLToPath(new URL('actionlint/', import.meta.url))

/** What actionlint says of the workflows. It is a Go program, so without Go this says what it leaves out. */
export async function checkWorkflows(root: string): Promise<Finding[]> {
  const files = globSync('.github/workflows/*.yml', { cwd: root }).map((file) => root + file)
  const told = await actionlint(files)
  if (told === undefined) {
    process.stderr.write('There is no Go, so actionlint did not check the workflows: https://go.dev/dl\n')
    // A person may do without; a change must not pass unchecked.
    return process.env.CI ? [{ file: '.github/workflows', message: 'they were not checked: there is no Go' }] : []
  }
  // Its paths are relative to where it runs.
  const fileOf = (path: string) => relative(root, resolve(module, path)).replaceAll('\\', '/')
  return told.map(({ message, filepath, line }) => ({ file: fileOf(filepath), line, message }))
}

/** @returns undefined when there is no Go @throws Error when actionlint does not build */
function actionlint(files: string[]): Promise<Told[] | undefined> {
  const args = ['tool', 'actionlint', '-no-color', '-shellcheck=', '-pyflakes=', '-format', '{{json .}}', ...files]
  return new Promise((resolve, reject) => {
    execFile('go', args, { cwd: module }, (error, stdout, stderr) => {
      if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT') resolve(undefined)
      // It ends with 1 when it has found something.
      else if (stdout.startsWith('[')) resolve(JSON.parse(stdout) as Told[])
      else if (error === null) resolve([])
      else reject(new Error(`actionlint did not run: ${stderr.trim() || error.message}`))
    })
  })
}
