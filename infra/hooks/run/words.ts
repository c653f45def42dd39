/**
 * Splits a command line as it stands in the source into its words. Blanks divide words; a value stays within one word,
 * whatever it holds.
 * @throws Error when a value is empty: the command would take the next word for it
 */
export function words(strings: TemplateStringsArray, ...values: string[]): string[] {
  const found: string[] = []
  let word: string | undefined
  const end = () => {
    if (word !== undefined) found.push(word)
    word = undefined
  }
  strings.forEach((text, index) => {
    text.split(/\s+/).forEach((part, position) => {
      if (position > 0) end()
      if (part !== '') word = (word ?? '') + part
    })
    const value = values[index]
    if (index >= values.length) return
    if (!value) throw new Error(`A value is empty after: ${strings.slice(0, index + 1).join('…')}`)
    word = (word ?? '') + value
  })
  end()
  return found
}
