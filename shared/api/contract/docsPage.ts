import { html } from 'hono/html'

/**
 * The page that shows the document, by the reader whose files are under `docs/`. Every address in it is relative, so it
 * works under the path of a proxy, too.
 * @param query that of its own request, e.g. `?code=...`: the Functions host asks for the key for each file
 */
export const docsPage = (query: string) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>AKS Scale to Zero</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui.css${query}" />
    <script src="docs/swagger-ui-bundle.js${query}" defer></script>
    <script src="docs/reader.js${query}" defer></script>
  </head>
  <body>
    <main id="reader"><noscript>This page needs JavaScript. For programs: <a href="openapi.json${query}">openapi.json</a>.</noscript></main>
  </body>
</html>
`
