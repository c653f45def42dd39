import { createHash } from 'node:crypto'

/** The entity tag of a content. https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */
export const entityTagOf = (content: Uint8Array | string): string =>
  `"${createHash('sha256').update(content).digest('base64url')}"`

const weakness = /^W\//

/** Whether `If-None-Match` names what there is. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
export const isKept = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((one) => ['*', etag.replace(weakness, '')].includes(one.trim().replace(weakness, ''))) ??
  false
