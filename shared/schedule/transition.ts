export type Action = 'scale-down' | 'scale-up'

/** A moment at which a project's schedule wants it asleep or awake. */
export interface Transition {
  action: Action
  at: Date
}
