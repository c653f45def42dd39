const minuteMs = 60_000

/**
 * Two projects, in the format of the PROJECTS setting, that soon fall asleep and soon wake again, for people to watch. Their
 * zone is UTC, so that no clock change comes in between.
 */
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
