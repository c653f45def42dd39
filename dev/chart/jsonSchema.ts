/** As much of JSON Schema (draft 7, which every Helm reads) as the values of the chart need. */
export interface JsonSchema {
  $schema?: string
  type?: string
  description?: string
  default?: unknown
  enum?: readonly string[]
  pattern?: string
  minimum?: number
  minItems?: number
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
}

/** A text. Its default is empty. */
export const text = (schema: JsonSchema): JsonSchema => ({ type: 'string', default: '', ...schema })

/** A switch. */
export const flag = (standard: boolean, description: string): JsonSchema => ({
  type: 'boolean',
  default: standard,
  description,
})

/** A list. Its default is empty. */
export const list = (description: string, items: JsonSchema = { type: 'object' }): JsonSchema => ({
  type: 'array',
  items,
  default: [],
  description,
})

/** A map of texts. Its default is empty. */
export const texts = (description: string): JsonSchema => ({
  type: 'object',
  additionalProperties: { type: 'string' },
  default: {},
  description,
})

/** An object of Kubernetes, which the API server validates. Its default is empty. */
export const anyObject = (description: string): JsonSchema => ({ type: 'object', default: {}, description })

/** Values under a common name. Another name is refused. */
export const group = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
})
