/** The files that the page at `/docs` loads, each with its media type. The build puts them beside the host. */
export const docsFiles = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'reader.js': 'text/javascript',
} as const

export type DocsFile = keyof typeof docsFiles
