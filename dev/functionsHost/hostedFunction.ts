/** One function as it is served. */
export interface HostedFunction {
  name: string
  trigger: 'http' | 'timer' | 'other'
  methods?: string[]
  /** HTTP: where to call it, with `?code=` when it asks for a key. */
  url?: string
  /** Timer: the next occurrence; undefined when there is none. */
  next?: Date | undefined
}
