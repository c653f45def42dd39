import { join } from 'node:path'
import type { LabPaths } from './paths.ts'
import { labEnv } from './processes.ts'
import { run } from './run.ts'

type Target = { paths: LabPaths; signal?: AbortSignal | undefined }

/** kubectl on this lab's cluster. */
export function kubectlOf({ paths, signal }: Target) {
  const kubectl = (args: string[], input?: string) =>
    run(join(paths.bin, 'kubectl'), args, { env: labEnv(paths.dir, { KUBECONFIG: paths.kubeconfig }), signal, input })
  return {
    /** Runs kubectl. @returns its standard output. @throws CommandError */
    kubectl,
    /** Applies a file or every YAML file under a folder. */
    apply: (path: string) => kubectl(['apply', '--recursive', '-f', path]),
    /** Applies an object through standard input, so that a Secret is in no process list. */
    applyObject: (object: object) => kubectl(['apply', '-f', '-'], JSON.stringify(object)),
  }
}
