import { readFileSync } from 'node:fs'

/** Reads the body of an Azure reply in `examples/`. Each file there names its source. */
export function readExample<Body>(name: string): Body {
  const file = new URL(`./examples/${name}.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { body: Body }).body
}
