import type { ProjectsAnswer } from '../api/answers.ts'
import type { Words } from '../words/en.ts'

/** Something that needs somebody, and the project that it is about. */
export interface Banner {
  /** In the words of the page. */
  text?: string
  /** In those of the API, after the text. */
  sentence?: string
  project?: string
}

interface Told {
  words: Words
  /** A time in short, as the reader has it. */
  clock(time: string): string
}

// A node that many Pods hold would hide what needs somebody elsewhere.
const mostOfNodes = 2

/**
 * What needs somebody: timers that are silent, schedules and other values that cannot be used or run out, pools that can never
 * reach zero nodes, nodes that stay, projects that were put back, and those without a schedule.
 */
export function bannersOf({ projects, timers }: ProjectsAnswer, { words, clock }: Told): Banner[] {
  const silent = timers.filter((timer) => timer.silent)
  const [oldest] = silent.flatMap(({ last_run }) => last_run ?? []).sort()
  const names = silent.map(({ name }) => name).join(', ')
  return [
    ...(silent.length === 0 ? [] : [{ text: words.timersSilent(names, oldest === undefined ? '' : clock(oldest)) }]),
    ...timers.flatMap(({ name, fault }) =>
      fault === undefined ? [] : [{ text: words.timerUnknown(name), sentence: fault }],
    ),
    ...projects.flatMap(({ name, state, nodes, faults, schedule }): Banner[] => {
      const held = state === 'held' ? nodes.nodes.flatMap(({ blockers }) => blockers.map(({ message }) => message)) : []
      const hasNone = schedule.scale_down.length === 0 && faults.length === 0
      return [
        ...[...faults, ...nodes.warnings, ...held.slice(0, mostOfNodes)].map((sentence) => ({
          sentence,
          project: name,
        })),
        ...(state === 'put-back' ? [{ text: words.putBackBanner, project: name }] : []),
        ...(hasNone ? [{ text: words.noScheduleBanner(name) }] : []),
      ]
    }),
  ]
}
