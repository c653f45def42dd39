/** A failure that a person must act on: what is wrong and, where there is one, the command that fixes it. */
export class HookError extends Error {
  override readonly name = 'HookError'
  readonly fix: string | undefined

  constructor(message: string, fix?: string) {
    super(message)
    this.fix = fix
  }
}
