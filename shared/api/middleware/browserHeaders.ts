const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * What every answer tells a browser, whatever it answers: its type is the one it says, so that a name or a reason that
 * looks like HTML stays text; no page has it in a frame; nothing in it loads or runs; and its address, which may hold a
 * key, is told to nobody. https://owasp.org/www-project-secure-headers/
 */
export const browserHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': nothing,
} as const

/** The same for a page of ours: it has scripts, styles and answers from its own host, in files of their own. */
export const pageHeaders = {
  ...browserHeaders,
  'content-security-policy': `${nothing}; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'`,
  // A window that has opened the page, or that it opens, cannot reach into it.
  'cross-origin-opener-policy': 'same-origin',
} as const
