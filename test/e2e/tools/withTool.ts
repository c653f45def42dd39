import { describe } from '@jest/globals'
import { findTool, type Tool } from '../../../dev/lab/index.ts'

/**
 * Describes tests that need a tool beside the lab. Where it is not built they are skipped, and a sentence says so.
 * @param tests get the path of each of the tool's binaries by its name
 */
export async function describeWithTool(
  tool: Tool,
  name: string,
  tests: (path: (binary: string) => string) => void,
): Promise<void> {
  const found = await findTool(tool)
  if (found) return describe(name, () => tests(found.path))
  process.stderr.write(
    `SKIPPED: the tests of ${tool}, which is not built; \`npm run e2e:${tool}\` builds it and runs them\n`,
  )
  describe.skip(name, () => tests((binary) => binary))
}
