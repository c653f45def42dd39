import { entityTagOf } from '../middleware/entityTag.ts'

/** A file as it is answered. */
interface Kept {
  bytes: Uint8Array<ArrayBuffer>
  headers: Record<'content-type' | 'cache-control' | 'etag', string>
}

/**
 * Reads each file when it is first asked for, and keeps it: no start pays for a page that nobody opens. A file that
 * cannot be read is tried again at the next request.
 */
export function keptFiles<File extends string>(
  types: Record<File, string>,
  read: (file: File) => Promise<Uint8Array<ArrayBuffer>>,
): (file: File) => Promise<Kept> {
  const kept = new Map<File, Promise<Kept>>()
  return (file) => {
    const found = kept.get(file) ?? read(file).then((bytes) => ({ bytes, headers: headersOf(types[file], bytes) }))
    kept.set(file, found)
    found.catch(() => kept.delete(file))
    return found
  }
}

const headersOf = (type: string, bytes: Uint8Array): Kept['headers'] => ({
  'content-type': `${type}; charset=utf-8`,
  // A key may be in the address, so no proxy keeps it. An hour after a deployment every browser has the new file.
  'cache-control': 'private, max-age=3600',
  etag: entityTagOf(bytes),
})
