/** The files that the page at `/` loads, each with its media type. The build puts them beside the host. */
export const pageFiles = {
  'page.css': 'text/css',
  'page.js': 'text/javascript',
  /** Cron lines in words, in two languages: loaded where a schedule is edited. */
  'cron.js': 'text/javascript',
} as const

/** The page itself, which has no other address than `/`. */
export const pageShell = { 'index.html': 'text/html' } as const

export type PageFile = keyof typeof pageFiles | keyof typeof pageShell
