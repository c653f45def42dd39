import { readFileSync } from 'node:fs'
import { bicepFiles } from '../bicep/files.ts'
import type { Resource, Variant } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'

/** What a deployment is: a cluster of ours, one of ours in a private network, or one that exists. */
export const kinds = ['default', 'private', 'existing'] as const
export type Kind = (typeof kinds)[number]

/** What a rule looks at: one variant, in the project's root. */
export interface Given extends Variant {
  root: string
  kind: Kind
}

/** A promise about what a deployment gives. */
export type Rule = (given: Given) => Finding[]

/** The kind of a variant, which is the first word of its name. */
export const kindOf = (name: string): Kind | undefined => kinds.find((kind) => kind === name.split('-')[0])

/** The resources of a type. */
export const ofType = ({ snapshot }: Pick<Variant, 'snapshot'>, type: string): Resource[] =>
  snapshot.predictedResources.filter((resource) => resource.type === type)

/** The app settings that the templates give the function app. */
export const appSettingsOf = (variant: Pick<Variant, 'snapshot'>): Record<string, string> =>
  ofType(variant, 'Microsoft.Web/sites/config')
    .filter(({ name }) => name.split('/').at(-1) === 'appsettings')
    .map(({ properties = {} }) => properties as Record<string, string>)[0] ?? {}

/** Whether a value is one that only Azure knows, and not a text that begins in the same way, such as JSON. */
export const isExpression = (value: unknown): value is string => typeof value === 'string' && /^\[\w+\(/.test(value)

/** The first Bicep file in infra/ that has a text, so that a fault names the file to change. */
export const fileWith = (root: string, text: string): string =>
  bicepFiles(root).find((file) => readFileSync(root + file, 'utf8').includes(text)) ?? 'infra/main.bicep'
