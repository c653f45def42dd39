import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Helm on a cluster, as a person runs it. */
export function createHelm(helm: string, kubeconfig: string) {
  const folder = mkdtempSync(join(tmpdir(), 'helm-'))
  const { PATH } = process.env
  // Without these, Helm would read and write a developer's own folders.
  const own = { HOME: folder, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder }
  const env = { PATH, KUBECONFIG: kubeconfig, ...own }
  return {
    /** A folder of its own, for charts and packages. */
    folder,
    /** Runs helm. A failure is an exit code, not an error. */
    run: (...args: string[]) =>
      new Promise<{ code: number; stdout: string; output: string }>((resolve) => {
        execFile(helm, args, { env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stdout, output: stdout + stderr }),
        )
      }),
    /** Removes the folder. Releases stay. */
    remove: () => rmSync(folder, { recursive: true }),
  }
}
