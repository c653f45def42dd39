import { type Access, curlCommands } from './curlCommands.ts'

interface Announced {
  access: Access
  /** Whether the host reaches its cluster. */
  isReady: boolean
  /** What the schedules will do, or nothing. */
  schedules: string
  /** What shows below. */
  live: string
}

/** What `npm start` says when the host runs: what to paste, and what to expect. */
export function announcement({ access, isReady, schedules, live }: Announced): string {
  const [toZero, status, restore] = curlCommands(access)
  const begin = isReady
    ? 'Ready. Paste these into another terminal:'
    : `The host runs, but its cluster does not answer: see ${access.url}/ready and the log above.
When it does, paste these into another terminal:`
  return `
${begin} to zero, what is it now, and back.

  ${toZero}

  ${status}

  ${restore}

${schedules}${live} Ctrl-C stops everything.
`
}
