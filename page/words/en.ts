import type { Exception, HistoryEntry, Result, State, Waking, Workload } from '../api/answers.ts'
import type { ActionName, Shown } from '../view/address.ts'

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

const states: Record<State, string> = {
  awake: 'Awake',
  'going-to-sleep': 'Going to sleep',
  asleep: 'Asleep',
  waking: 'Waking',
  held: 'Asleep, a node stays',
  'put-back': 'Put back',
  faulty: 'Faulty',
  excluded: 'Awake, excluded',
  suspended: 'Awake, suspended',
}

const filters: Record<Shown | 'all', string> = {
  all: 'All',
  asleep: 'Asleep',
  awake: 'Awake',
  moving: 'On the way',
  'needs-you': 'Needs you',
}

const actions: Record<ActionName, string> = {
  wake: 'Wake',
  sleep: 'Sleep now',
  'keep-awake': 'Keep awake',
  'keep-asleep': 'Keep asleep',
  skip: 'Skip the next wake-up',
  'follow-schedule': 'Back to schedule',
  schedule: 'Edit the schedule',
}

const explained: Record<ActionName, string> = {
  wake: 'Brings back every workload that sleeps. The schedule goes on: the next scale-down acts.',
  sleep: 'Puts every workload to zero now. The next wake-up of the schedule brings it back.',
  'keep-awake': 'Wakes what sleeps, and no scale-down acts until the time that you choose.',
  'keep-asleep': 'Puts every workload to zero now, and no wake-up acts until the time that you choose.',
  skip: 'The next wake-up is left out. The one after it acts.',
  'follow-schedule': 'Takes back what keeps the project from its schedule. The schedule says what follows.',
  schedule: 'Written on the namespace, where it stands above the settings.',
}

const stages: Record<Waking['stage'], string> = {
  unknown: 'Unknown',
  'waiting-for-node': 'Waiting for a node',
  'node-starting': 'Node starting',
  scheduling: 'Scheduling',
  'pulling-image': 'Pulling image',
  starting: 'Starting',
  ready: 'Ready',
}

const statuses: Record<Workload['status'], string> = {
  inactive: 'at zero',
  scaling: 'scaling',
  active: 'running',
  unknown: 'not yet seen by its controller',
}

const happened: Record<HistoryEntry['what'], string> = {
  'scale-down': 'Put to sleep',
  'scale-up': 'Woken',
  'nodes-gone': 'Nodes gone',
  'nodes-held': 'Nodes stay',
  'nodes-back': 'Nodes back',
  ready: 'Ready',
  'put-back': 'Put back',
  enforced: 'Put to sleep again',
  exception: 'Exception',
  fault: 'Fault',
  unwatched: 'No timer ran',
}

const excepted: Record<Exception, string> = {
  'awake-until': 'Kept awake until',
  'asleep-until': 'Kept asleep until',
  skip: 'Skips',
  'days-off': 'Days off',
  holidays: 'Public holidays',
  enforce: 'Put to zero again at night',
  suspend: 'Suspended until',
}

const results: Record<Result, string> = {
  changed: 'changed',
  'record-updated': 'asleep already',
  already: 'as wanted already',
  'at-zero-before': 'at zero before',
  'woken-meanwhile': 'woken meanwhile',
  orphaned: 'deleted in Git',
  skipped: 'left out',
  failed: 'failed',
}

const requests: Record<NonNullable<HistoryEntry['request']>, string> = {
  ...actions,
  suspend: 'Suspend all schedules',
  resume: 'Let all schedules go on',
}

/** The exceptions that a transition names. */
const causes = {
  'awake-until': 'kept awake',
  'asleep-until': 'kept asleep',
  skip: 'skipped',
  'days-off': 'day off',
  holiday: 'public holiday',
  suspend: 'suspended',
}

/** Every word of the page in English. */
export const en = {
  title: 'Scale to Zero',
  states,
  filters,
  actions,
  explained,
  stages,
  statuses,
  happened,
  excepted,
  results,
  counted: (count: number, result: string) => `${count} ${result}`,
  requests,
  causes,
  projectsAsleep: 'projects asleep',
  of: (some: number, all: number) => `${some} of ${all}`,
  nodesRunning: 'nodes running for sleeping projects',
  sleepsNext: (project: string, length: string) => `${project} sleeps, in ${length}`,
  wakesNext: (project: string, length: string) => `${project} wakes, in ${length}`,
  nothingNext: 'nothing is planned',
  filterByName: 'Filter by name',
  filterByState: 'Filter by state',
  noneMatch: 'No project matches.',
  noProject: 'There is no project yet. The label aks-scale-to-zero/managed=true makes a namespace one.',
  workloads: (count: number) => plural(count, 'workload'),
  since: (time: string) => `since ${time}`,
  sleeps: (time: string, length: string) => `sleeps ${time}, in ${length}`,
  wakes: (time: string, length: string) => `wakes ${time}, in ${length}`,
  inZone: (time: string, zone: string) => `${time} in ${zone}`,
  because: (why: string) => `because of ${why}`,
  noSchedule: 'no schedule',
  next48: 'The next 48 hours',
  asleep: 'asleep',
  awake: 'awake',
  showMore: (count: number) => `Show ${count} more`,
  more: 'More actions',
  mayOnlyRead:
    'You may see this project and not change it. Whoever runs this service can give you a group or an app role that may, in ACCESS.',
  noScheduleBanner: (name: string) => `${name} has no schedule, so it never sleeps by itself.`,
  putBackBanner:
    'was put to sleep, and something else has raised its workloads again: its history says what, and what to do.',
  timersSilent: (names: string, since: string) =>
    `No timer runs${since && ` since ${since}`}, so no schedule acts (${names}).`,
  timerUnknown: (name: string) => `Whether the timer ${name} runs is unknown:`,
  needs: 'What needs you',
  allProjects: 'All projects',
  nextNights: (zone: string) => `The next 14 nights · ${zone}`,
  somebodyResumes: 'somebody resumes',
  everyTransition: 'Every transition',
  clockChange: (hours: number) => `the clock changes: this day has ${hours} hours`,
  leftOut: 'left out by a scale-down',
  exceptions: 'Exceptions',
  workloadsTitle: 'Workloads',
  noWorkloads: 'The project has no workloads.',
  name: 'Name',
  state: 'State',
  replicas: 'Replicas',
  record: 'Record',
  original: (count: number) => `comes back with ${count}`,
  by: (who: string) => `by ${who === 'schedule' ? 'the schedule' : who}`,
  whyNode: 'Why a node stays',
  copy: 'Copy',
  copied: 'Copied',
  nodes: 'Nodes',
  noNodes: 'No node runs for this project.',
  nodeReady: 'ready',
  nodeNotReady: 'not ready',
  waking: 'On the way up',
  onNode: (name: string) => `on ${name}`,
  waitsFor: (name: string) => `waits for ${name}`,
  podsMore: (count: number) => `and ${plural(count, 'more Pod')}`,
  workloadsMore: (count: number) => `and ${plural(count, 'more workload')}`,
  faults: 'Faults',
  savings: 'Saved, as it was seen',
  nodeHours: (hours: string, days: number) => `${hours} node-hours in ${plural(days, 'day')}`,
  unknownHours: (hours: string) => `${hours} unknown`,
  priceKinds: { 'list price': 'By list prices', 'own price': 'By your prices' },
  reserved: 'Reserved nodes cost the same while they are gone.',
  history: 'What happened',
  noHistory: 'Nothing is recorded yet.',
  minutes: (count: number) => `after ${count} min`,
  nodesLeft: (count: number) => plural(count, 'node'),
  uncounted: (count: number) => `${plural(count, 'replica count')} not kept here`,
  until: (time: string) => `until ${time}`,
  scheduleOf: { settings: 'The schedule comes from the settings.', namespace: 'The namespace says the schedule.' },
  scaleDown: 'Sleep',
  scaleUp: 'Wake',
  timeZone: 'Time zone',
  cronHelp: 'Cron lines, one a line. An empty field takes what the settings say.',
  reason: 'Reason',
  reasonHelp: 'It is kept in the history, and on each workload.',
  howLong: 'For how long',
  hours: (count: number) => plural(count, 'hour'),
  untilNextWakeUp: (time: string) => `until the next wake-up, ${time}`,
  untilTime: 'until a time',
  untilLabel: 'Until (your time)',
  preview: 'Show what would change',
  wouldChange: 'What would change',
  nothingWouldChange: 'Nothing would change.',
  perform: 'Do it',
  cancel: 'Cancel',
  close: 'Close',
  takeBack: 'Take it back',
  takenBack: (what: string) => `Taken back: ${what}`,
  done: 'Done',
  signIn: 'Sign in',
  signInWhy: {
    functionKey: 'This function app asks for one of its keys.',
    apiKey: 'This service asks for one of its API keys.',
  },
  wrongKey: 'This key was not accepted.',
  key: 'Key',
  keyKept: 'It is kept for this tab only and sent in a header. It never stands in an address.',
  signOut: 'Forget the keys',
  away: 'The service does not answer. What you see may be out of date; this page tries again by itself.',
  loading: 'Reading …',
  footer: (zone: string, seconds: number) =>
    `Times are yours (${zone}) unless a zone is named. Last look ${seconds} s ago.`,
  language: '日本語',
  skipToContent: 'Skip to the content',
  changesInAction: (from: string, to: string) => `${from} → ${to}`,
  apiDocs: 'API',
}

export type Words = typeof en
