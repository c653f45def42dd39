/** A function that the host serves. */
export interface HostedFunction {
  name: string
  /** A `disabled` function has a schedule that cannot be used. */
  trigger: 'http' | 'timer' | 'disabled' | 'other'
  methods?: string[]
  /** HTTP: the URL to call, with `?code=` when the function requires a key. */
  url?: string
  /** Timer: the next occurrence; undefined when there is none. */
  next?: Date | undefined
}
