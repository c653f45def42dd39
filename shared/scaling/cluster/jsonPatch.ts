/** One operation of a JSON Patch (RFC 6902), of the four that we use. */
export type JsonPatchOperation =
  | { op: 'test' | 'add' | 'replace'; path: string; value: unknown }
  | { op: 'remove'; path: string }

export type JsonPatch = JsonPatchOperation[]

/** A JSON Pointer (RFC 6901) from unescaped segments. */
export const pointer = (...segments: string[]): string =>
  segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
