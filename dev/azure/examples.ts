import { readFileSync } from 'node:fs'

/** A reply of Azure in `examples/`, each with where it comes from. */
export function readExample<Body>(name: string): Body {
  const file = new URL(`./examples/${name}.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { body: Body }).body
}
