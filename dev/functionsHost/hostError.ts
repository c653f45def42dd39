/** A failure that a person can fix: its message is one readable sentence, and its stack would not help them. */
export class HostError extends Error {
  override readonly name = 'HostError'
}
