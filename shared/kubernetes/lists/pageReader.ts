import { UnreadableAnswer } from '../failure.ts'
import type { Receiver } from '../transport.ts'

/** One page of a list, without its items, which were handed on as they came. */
export interface Page {
  /** Asks for the next page; undefined after the last one. */
  next: string | undefined
  items: number
  bytes: number
  /** Whether it was given up, being longer than a page may be. */
  isCut: boolean
}

/** How a page is read. */
export interface PageOptions {
  onItem(item: unknown): void
  maxBytes: number
}

// The API server takes no object of more than 3 MiB. These only end what is no answer of one.
const longestItemBytes = 16 * 1024 * 1024
const longestRestBytes = 1024 * 1024

const quote = 0x22
const comma = 0x2c
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/**
 * Reads a page of a list as it arrives, item by item. So a page takes no more memory than its largest item, whatever
 * somebody has put into the cluster. This only finds where each item ends: JSON.parse reads the item, and at the end
 * everything around the items.
 */
export function pageReader({ onItem, maxBytes }: PageOptions): Receiver<Page> {
  let bytes = 0
  let items = 0
  let fault: UnreadableAnswer | undefined
  let place: 'before' | 'between' | 'within' | 'after' = 'before'
  let depth = 0
  let isInString = false
  let isEscaped = false
  /** Everything but the items. */
  const rest = createPieces(longestRestBytes)
  /** The item of which only a part has come. */
  const begun = createPieces(longestItemBytes)

  /** Goes on until a list opens in the outermost object. @returns how far it has come */
  function before(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (isInString) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isInString = false
      } else if (byte === quote) isInString = true
      else if (byte === closeBrace || byte === closeBracket) depth--
      else if (byte === openBrace || byte === openBracket) {
        depth++
        if (depth !== 2 || byte !== openBracket) continue
        rest.add(chunk.subarray(from, at + 1))
        if (/[{,]\s*"items"\s*:\s*\[$/.test(rest.text())) place = 'between'
        return at + 1
      }
    }
    rest.add(chunk.subarray(from))
    return chunk.length
  }

  function between(chunk: Buffer, at: number): number {
    const byte = chunk[at] as number
    if (byte === closeBracket) {
      place = 'after'
      return at
    }
    if (byte === openBrace) place = 'within'
    else if (byte !== comma && !isBlank(byte)) fault = new UnreadableAnswer('a list with an item that is no object')
    return place === 'within' ? at : at + 1
  }

  /** Goes on until the item ends. All bytes of a list pass here, so it is as plain as can be. */
  function within(chunk: Buffer, from: number): number {
    const { length } = chunk
    let at = from
    // A chunk may end right after a backslash.
    if (isEscaped && at < length) {
      at++
      isEscaped = false
    }
    let [open, inString, isOver] = [depth, isInString, false]
    while (at < length && !isOver) {
      if (inString) {
        at = endOfString(chunk, at)
        if (at === length) break
        if (chunk[at] === quote) inString = false
        else if (++at === length) isEscaped = true
        at++
        continue
      }
      const byte = chunk[at++] as number
      if (byte === quote) inString = true
      else if (byte === openBrace || byte === openBracket) open++
      else if (byte === closeBrace || byte === closeBracket) isOver = --open === 2
    }
    ;[depth, isInString] = [open, inString]
    if (isOver) place = 'between'
    begun.add(chunk.subarray(from, Math.min(at, length)))
    if (isOver) take(begun.text())
    return at
  }

  function take(text: string): void {
    begun.clear()
    items++
    try {
      onItem(JSON.parse(text))
    } catch (cause) {
      fault = new UnreadableAnswer('a list with an item that cannot be read', { text, cause })
    }
  }

  return {
    onData(chunk) {
      bytes += chunk.length
      for (let at = 0; at < chunk.length && fault === undefined; ) {
        if (place === 'before') at = before(chunk, at)
        else if (place === 'between') at = between(chunk, at)
        else if (place === 'within') at = within(chunk, at)
        else {
          rest.add(chunk.subarray(at))
          at = chunk.length
        }
      }
      if (rest.isFull() || begun.isFull()) fault = new UnreadableAnswer('what is far too long for a list')
      return fault === undefined && bytes <= maxBytes
    },
    done() {
      if (fault !== undefined) throw fault
      if (bytes > maxBytes) return { next: undefined, items, bytes, isCut: true }
      return { next: envelopeOf(rest.text()).metadata?.continue || undefined, items, bytes, isCut: false }
    },
  }
}

interface Envelope {
  metadata?: { continue?: string }
}

/** Reads what is around the items. Go writes a list that was never filled as null. */
function envelopeOf(text: string): Envelope {
  let list: (Envelope & { items?: unknown }) | null
  try {
    list = JSON.parse(text)
  } catch (cause) {
    throw new UnreadableAnswer('what is not JSON', { text, cause })
  }
  if (list?.items !== null && !Array.isArray(list?.items)) throw new UnreadableAnswer('what is no list', { text })
  return list ?? {}
}

// Most strings are shorter. Only for the others is the search of the runtime faster, which looks at many bytes at once.
const shortString = 64

/** The place of the next quote or backslash, or the end of the chunk. */
function endOfString(chunk: Buffer, from: number): number {
  const shortEnd = Math.min(chunk.length, from + shortString)
  let at = from
  while (at < shortEnd && chunk[at] !== quote && chunk[at] !== backslash) at++
  if (at < shortEnd || at === chunk.length) return at
  const end = chunk.indexOf(quote, at)
  const rest = chunk.subarray(at, end === -1 ? chunk.length : end)
  const escapeAt = rest.indexOf(backslash)
  return at + (escapeAt === -1 ? rest.length : escapeAt)
}

/** Bytes that come in pieces. Most texts come in one piece, which needs no copy. */
function createPieces(maxBytes: number) {
  let pieces: Buffer[] = []
  let bytes = 0
  return {
    add(piece: Buffer): void {
      if (piece.length === 0) return
      pieces.push(piece)
      bytes += piece.length
    },
    text: (): string => (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)).toString('utf8'),
    isFull: () => bytes > maxBytes,
    clear(): void {
      pieces = []
      bytes = 0
    },
  }
}
