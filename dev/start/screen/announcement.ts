import { type Access, docsLink, exportedKeys, pageLink, type Sample, tour } from './tour.ts'

/** The facts that are known when the host runs. */
export interface Announced {
  access: Access
  /** Whether the host reaches its cluster. */
  isReady: boolean
  /** The cluster and what the timers do to it, where it is not ours: a line each. */
  cluster: string[]
  /** The workload of the tour; undefined where no project has a Deployment. */
  sample: Sample | undefined
  /** The table of the schedules, or an empty text; in a dry run they only say what they would do. */
  schedules: string
  dryRun: boolean
  /** A sentence about the lines that follow. */
  live: string
}

/** What `npm start` says when the host runs: first what to paste, then what to expect. */
export function announcement({ access, isReady, cluster, sample, schedules, dryRun, live }: Announced): string {
  const begin = isReady
    ? 'Ready.'
    : `The host runs, but its cluster does not answer: see ${access.url}/ready and the log above.`
  const guarded = 'A request without the key gets an empty 401 from the Functions host, in Azure as here.'
  const paragraphs = [
    [begin, `Open ${pageLink(access)}`, ...cluster],
    [...(sample ? ['Or paste into another terminal:'] : [])],
    exportedKeys(access).map(indented),
    sample ? tour(access, sample).map(numbered) : isReady ? noProject : [],
    schedules === ''
      ? []
      : [dryRun ? 'In dry run the schedules only say what they would do:' : 'The schedules act on their own:'],
    schedules === '' ? [] : [schedules],
    [`The API for people: ${docsLink(access)}`, ...(access.functionKey === undefined ? [] : [guarded])],
    [`${live} Ctrl-C stops everything.`],
  ]
  const printed = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `\n${printed.join('\n\n')}\n`
}

const indented = (line: string) => `  ${line}`
const numbered = ({ title, command }: { title: string; command: string }, index: number) =>
  `  ${index + 1}. ${title}\n     ${command}`

const noProject = [
  '  No project has a Deployment yet. This makes a namespace a project:',
  '  kubectl label namespace NAMESPACE aks-scale-to-zero/managed=true',
]
