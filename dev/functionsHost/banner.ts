import type { HostedFunction } from './hostedFunction.ts'

/** The functions as text for a person: a table of the URLs, then a line for each timer. It holds the key. */
export function describeFunctions(functions: HostedFunction[]): string {
  const rows = functions.flatMap(({ name, url, methods }) => (url ? [[name, listMethods(methods), url]] : []))
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const [names, methods] = [width(0), width(1)]
  const lines = rows.map(
    ([name = '', method = '', url]) => `  ${name.padEnd(names)}  ${method.padEnd(methods)}  ${url}`,
  )
  for (const { name, next, trigger } of functions) {
    if (trigger === 'timer') lines.push(`  ${name}  timer, next run ${next?.toString() ?? 'never'}`)
    if (trigger === 'disabled') lines.push(`  ${name}  disabled: its schedule cannot be used`)
    if (trigger === 'other') lines.push(`  ${name}  not started: this host supports HTTP and timer triggers only`)
  }
  return ['Functions:', ...lines, ''].join('\n')
}

// A function can have seven methods at most. All of them, one by one, would push the URLs out of sight.
const allMethods = 7

function listMethods(methods: string[] = []): string {
  return methods.length < allMethods ? methods.join(',') : 'any'
}
