const minuteMs = 60_000

/**
 * Two projects that soon fall asleep and soon wake again, as the PROJECTS setting has them: for people to watch. In UTC,
 * for no clock change comes between.
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
