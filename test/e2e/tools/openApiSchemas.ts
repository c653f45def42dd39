interface Schema {
  $ref?: string
  type?: string
  format?: string
  properties?: Record<string, Schema>
  additionalProperties?: unknown
  items?: Schema
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[]
  'x-kubernetes-preserve-unknown-fields'?: boolean
}

const prefix = '#/definitions/'

/** As kubeconform wants it: unknown fields are refused, and a port may be a number or a name. */
function strict(schema: Schema): object {
  if (schema.format === 'int-or-string') return { type: ['integer', 'string'] }
  const { properties, items } = schema
  const isClosed =
    properties !== undefined &&
    schema.additionalProperties === undefined &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, strict(inner)])),
    }),
    ...(items && { items: strict(items) }),
    ...(isClosed && { additionalProperties: false }),
  }
}

/** The names of a definition and of all that it refers to. */
function closureOf(name: string, definitions: Record<string, Schema>): string[] {
  const found = new Set([name])
  for (const one of found) {
    for (const [, other = ''] of JSON.stringify(definitions[one]).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) {
      found.add(other)
    }
  }
  return [...found]
}

/**
 * The JSON schema of each kind that an API server serves, from its OpenAPI document (/openapi/v2), by the names of files
 * that kubeconform finds with `{{.ResourceKind}}{{.KindSuffix}}.json`.
 */
export function schemasOf({ definitions }: { definitions: Record<string, Schema> }): Record<string, object> {
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name, { 'x-kubernetes-group-version-kind': kinds = [] }]) =>
      kinds.slice(0, 1).map(({ group, version, kind }) => {
        const suffix = [kind.toLowerCase(), ...(group === '' ? [] : [group.split('.')[0]]), version].join('-')
        const used = closureOf(name, definitions).map((one) => [one, strict(definitions[one] ?? {})])
        return [`${suffix}.json`, { $ref: prefix + name, definitions: Object.fromEntries(used) }]
      }),
    ),
  )
}
