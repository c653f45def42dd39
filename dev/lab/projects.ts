const nightly = { scaleDown: '0 22 * * *', scaleUp: '0 7 * * MON-FRI', timeZone: 'Asia/Tokyo' }

/** The two samples as projects, as the PROJECTS setting has them: they sleep at night and at the weekend. */
export const sampleProjects = JSON.stringify([
  { name: 'project-a', nodePool: 'projecta', ...nightly },
  { name: 'project-b', nodePool: 'projectb', ...nightly },
])

/** The projects of a lab that a person starts: those of the environment, where an empty PROJECTS means none. */
export const projectsOf = ({ PROJECTS }: NodeJS.ProcessEnv): string => PROJECTS ?? sampleProjects
