import type { Variant } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'
import { checkAppSettings } from './appSettings.ts'
import { checkFlexConsumption } from './flexConsumption.ts'
import { checkForeign } from './foreign.ts'
import { checkLaterProvision } from './laterProvision.ts'
import { checkNames } from './names.ts'
import { checkProjects } from './projects.ts'
import { checkRoles } from './roles.ts'
import { type Given, kindOf, kinds, type Rule } from './rule.ts'
import { checkTags } from './tags.ts'
import { checkValues } from './values.ts'

const rules: Rule[] = [
  checkNames,
  checkTags,
  checkRoles,
  checkForeign,
  checkValues,
  checkProjects,
  checkAppSettings,
  checkFlexConsumption,
]

/** What the templates give in each of these variants, where it is not what this project promises. */
export function brokenRules(root: string, variants: Variant[]): Finding[] {
  const unknown = variants.filter(({ name }) => kindOf(name) === undefined)
  const given = variants.flatMap((variant): Given[] => {
    const kind = kindOf(variant.name)
    return kind === undefined ? [] : [{ ...variant, root, kind }]
  })
  const faults = given.flatMap((one) =>
    rules.flatMap((rule) => rule(one)).map((fault): Finding & { variant: string } => ({ ...fault, variant: one.name })),
  )
  const byFault = Map.groupBy(faults, ({ file, message }) => JSON.stringify([file, message]))
  return [
    ...unknown.map(({ name }) => ({
      file: `infra/variants/${name}.bicepparam`,
      message: `its name must begin with one of ${kinds.join(', ')}, so that it is known what it must give`,
    })),
    // Most faults are in many variants, and are told once.
    ...[...byFault.values()].flatMap(([first, ...more]) =>
      first === undefined
        ? []
        : [
            {
              file: first.file,
              message: `${first.message} (in ${[first, ...more].map(({ variant }) => variant).join(', ')})`,
            },
          ],
    ),
    ...checkLaterProvision(variants),
  ]
}
