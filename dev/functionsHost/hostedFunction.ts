/** One function as it is served. */
export interface HostedFunction {
  name: string
  /** A `disabled` function has a schedule that cannot be used. */
  trigger: 'http' | 'timer' | 'disabled' | 'other'
  methods?: string[]
  /** HTTP: where to call it, with `?code=` when it asks for a key. */
  url?: string
  /** Timer: the next occurrence; undefined when there is none. */
  next?: Date | undefined
}
