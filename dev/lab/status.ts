import type { ComponentStatus } from './lab.ts'

/** The table that `status` prints. */
export function statusTable(components: readonly ComponentStatus[]): string {
  const rows = components.map(({ component, pid, ports, log }) => [
    component,
    pid === undefined ? 'down' : 'up',
    pid === undefined ? '-' : String(pid),
    ports.join(' ') || '-',
    log,
  ])
  const table = [['COMPONENT', 'STATE', 'PID', 'PORTS', 'LOG'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}
