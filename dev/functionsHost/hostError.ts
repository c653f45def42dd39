/** A failure that a person can mend: its message is one readable sentence and its stack is of no use to them. */
export class HostError extends Error {
  override readonly name = 'HostError'
}
