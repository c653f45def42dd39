import type { Project, State } from '../api/answers.ts'

/** The actions that the page offers. Each is one request of the API. */
export const actions = ['wake', 'sleep', 'keep-awake', 'keep-asleep', 'skip', 'follow-schedule', 'schedule'] as const

export type ActionName = (typeof actions)[number]

/** An action that a link or a button opens, with what it fills in. Opening it changes nothing. */
export interface Opened {
  name: ActionName
  filled: Filled
}

/** What a person has entered for an action. */
export interface Filled {
  reason?: string
  /** For how long, as the API takes it, e.g. `1h`. */
  for?: string
  /** Until when, as ISO 8601. */
  until?: string
}

/** What the page shows, as its address says. */
export type Address =
  | { view: 'overview'; show?: Shown; text?: string }
  | { view: 'project'; project: string; open?: Opened }

/** Where the API answers what a view shows first. */
export const pathOf = (address: Address): string =>
  address.view === 'project' ? `api/v1/projects/${encodeURIComponent(address.project)}` : 'api/v1/projects'

/** The filters of the overview; without one it shows all. */
export const shown = ['asleep', 'awake', 'moving', 'needs-you'] as const

export type Shown = (typeof shown)[number]

/** The filter that a state belongs to. */
export const filterOf: Record<State, Shown> = {
  awake: 'awake',
  excluded: 'awake',
  suspended: 'awake',
  asleep: 'asleep',
  'going-to-sleep': 'moving',
  waking: 'moving',
  held: 'needs-you',
  'put-back': 'needs-you',
  faulty: 'needs-you',
}

/** Whether a project moves, so that it is worth a look every two seconds. */
export const isMoving = ({ state }: Project): boolean => filterOf[state] === 'moving'

/** Whether actions are offered: to those who may change the project, and where there is something that can be scaled. */
export const mayAct = ({ may, namespaces }: Project): boolean => may === 'change' && namespaces.length > 0

/** The action that is wanted most often of a project in this state. */
export function firstActionOf({ state, nodes }: Project): ActionName {
  if (state === 'put-back') return 'sleep'
  return nodes.should_be_asleep ? 'wake' : 'keep-awake'
}

const oneOf = <Word extends string>(words: readonly Word[], text: string | null): Word | undefined =>
  words.find((word) => word === text)

/** Reads the part of an address after `#`. What it does not know is the overview. */
export function readAddress(hash: string): Address {
  const [path = '', query] = hash.replace(/^#\/?/, '').split('?')
  const parameters = new URLSearchParams(query)
  const [room, encoded, action] = path.split('/')
  const project = decoded(encoded)
  if (room === 'projects' && project) {
    const name = oneOf(actions, action ?? null)
    return { view: 'project', project, ...(name && { open: { name, filled: filledOf(parameters) } }) }
  }
  const show = oneOf(shown, parameters.get('show'))
  const text = parameters.get('text')
  return { view: 'overview', ...(show && { show }), ...(text && { text }) }
}

function filledOf(parameters: URLSearchParams): Filled {
  const given = (['reason', 'for', 'until'] as const).flatMap((name) => {
    const value = parameters.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The same as text, with `#`. */
export function writeAddress(address: Address): string {
  if (address.view === 'overview') {
    const { show, text } = address
    return `#/${queryOf({ ...(show && { show }), ...(text && { text }) })}`
  }
  const place = `#/projects/${encodeURIComponent(address.project)}`
  return address.open ? `${place}/${address.open.name}${queryOf({ ...address.open.filled })}` : place
}

function queryOf(parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters).toString()
  return query && `?${query}`
}
