const maxLength = 100

/** A text that somebody wrote, in quotes and cut, for a message about it. */
export const quoted = (text: string | undefined): string =>
  text === undefined ? 'missing' : JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text)
