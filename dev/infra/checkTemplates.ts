import { findBicep, openBicep } from './bicep/cli.ts'
import { diagnosticsOf, previewVersions, undescribed, unusedFiles } from './bicep/diagnostics.ts'
import { parameterFaults } from './bicep/parameters.ts'
import { readSnapshots, staleSnapshots, takeSnapshots, type Variant, variantsOf } from './bicep/snapshots.ts'
import type { Finding } from './finding.ts'
import { monitoringFaults } from './monitoring/index.ts'
import { brokenRules } from './rules/index.ts'

/**
 * Checks the templates: what Bicep says of them, whether the committed snapshots are what they give, and whether these
 * are as this project promises. Without the Bicep CLI it can only look at the snapshots that are committed.
 */
export async function checkTemplates(root: string): Promise<Finding[]> {
  const path = findBicep(process.env)
  if (path === undefined) return [...previewVersions(root), ...faultsOf(root, variantsOf(readSnapshots(root)))]
  const bicep = await openBicep(path)
  try {
    return await checkTemplatesWith(bicep, root)
  } finally {
    bicep.dispose()
  }
}

/** The same with a Bicep CLI that runs. */
export async function checkTemplatesWith(
  bicep: Awaited<ReturnType<typeof openBicep>>,
  root: string,
): Promise<Finding[]> {
  const faults = [
    ...(await diagnosticsOf(bicep, root)),
    ...(await unusedFiles(bicep, root)),
    ...(await undescribed(bicep, root)),
    ...(await parameterFaults(bicep, root)),
    ...previewVersions(root),
  ]
  // Where the templates do not compile, there is nothing to take a snapshot of.
  const taken = await takeSnapshots(bicep, root).catch((error: Error) => error)
  if (taken instanceof Error) {
    if (faults.length > 0) return faults
    return [{ file: 'infra/variants', message: `no snapshot can be taken: ${taken.message}` }]
  }
  return [...faults, ...staleSnapshots(root, taken), ...faultsOf(root, variantsOf(taken))]
}

const faultsOf = (root: string, variants: Variant[]): Finding[] => [
  ...brokenRules(root, variants),
  ...monitoringFaults(root, variants),
]
