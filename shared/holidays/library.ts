import { createRequire } from 'node:module'
import type Library from 'date-holidays'

/**
 * Loads the library with the holidays of the world, which costs more than all the rest of a start. Here it comes from its
 * package. A bundle loads it from the file beside it: see dev/build/holidays.ts.
 */
export const loadLibrary = (): typeof Library => createRequire(import.meta.url)('date-holidays')
