import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'
import { error, type Finding } from './finding.ts'

/** A command of each tool that does nothing but show that the tool is there. */
const probes = [
  ['az', 'version'],
  ['azd', 'version'],
  ['kubectl', 'version', '--client'],
  ['kubelogin', '--version'],
]

/** The tools that a deployment needs and that are missing, or do not run. */
export async function checkInstalledTools({ run }: Pick<Tools, 'run'>): Promise<Finding[]> {
  const findings = await Promise.all(
    probes.map(async (probe) => {
      const [name = ''] = probe
      try {
        const { code, stderr } = await run(probe)
        return code === 0 ? [] : [error(`${name} does not run: ${stderr.trim()}`, `${name} --version`)]
      } catch (failure) {
        if (!(failure instanceof HookError)) throw failure
        return [error(failure.message, failure.fix ?? name)]
      }
    }),
  )
  return findings.flat()
}
