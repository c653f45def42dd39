const minuteMs = 60_000

/** Two projects that soon fall asleep and soon wake again, as the PROJECTS setting has them: for people to watch. */
export function demoProjects(now: Date): string {
  const at = (minutes: number) => {
    const time = new Date(now.getTime() + minutes * minuteMs)
    return `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`
  }
  return JSON.stringify([
    { name: 'project-a', nodePool: 'projecta', scaleDown: at(3), scaleUp: at(5), timeZone: 'UTC' },
    { name: 'project-b', nodePool: 'projectb', scaleDown: at(4), scaleUp: at(6), timeZone: 'UTC' },
  ])
}

/** One line of the answer of GET /api/v1/projects. */
interface ProjectLine {
  name: string
  next_transitions: { scale_down?: string; scale_up?: string }
}

/** The projects with what comes next, as a table in the reader's own time. */
export function projectTable(projects: ProjectLine[]): string {
  const time = (iso: string | undefined) => (iso === undefined ? '-' : new Date(iso).toTimeString().slice(0, 8))
  const rows = projects.map(({ name, next_transitions: next }) => [name, time(next.scale_down), time(next.scale_up)])
  return [['Project', 'asleep at', 'awake at'], ...rows]
    .map(([name = '', down = '', up = '']) => `  ${name.padEnd(16)}${down.padEnd(12)}${up}`)
    .join('\n')
}
