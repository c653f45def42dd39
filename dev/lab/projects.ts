const nightly = { scaleDown: '0 22 * * *', scaleUp: '0 7 * * MON-FRI', timeZone: 'Asia/Tokyo' }

/** The PROJECTS setting for the two samples, which sleep at night and at the weekend. */
export const sampleProjects = JSON.stringify([
  { name: 'project-a', nodePool: 'projecta', ...nightly },
  { name: 'project-b', nodePool: 'projectb', ...nightly },
])

/** The PROJECTS setting of a lab that a person starts: from the environment, where an empty one means no projects. */
export const projectsOf = ({ PROJECTS }: NodeJS.ProcessEnv): string => PROJECTS ?? sampleProjects
