import { useEffect, useRef, useState } from 'preact/hooks'
import { type Keys, readKeys } from '../api/keys.ts'
import { useSurroundings } from './context.ts'
import { Sentence } from './Sentence.tsx'

interface Asked {
  wanted: keyof Keys
  /** What the API says: where people sign in by their identity, that they must. */
  message?: string | undefined
  onKey(keys: Keys): void
}

/** Asks for the key that the host wants. */
export function SignIn({ wanted, message, onKey }: Asked) {
  const { words } = useSurroundings()
  const [key, setKey] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const wasRefused = readKeys(sessionStorage)[wanted] !== undefined
  useEffect(() => input.current?.focus(), [wanted])
  const send = (event: Event) => {
    event.preventDefault()
    if (key.trim() !== '') onKey({ [wanted]: key.trim() })
    setKey('')
  }
  return (
    <form class="card sign-in" onSubmit={send}>
      <h2>{words.signIn}</h2>
      <p>{words.signInWhy[wanted]}</p>
      {message && (
        <p class="soft">
          <Sentence>{message}</Sentence>
        </p>
      )}
      {wasRefused && <p role="alert">{words.wrongKey}</p>}
      <label>
        {words.key}
        <input
          ref={input}
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <p class="soft">{words.keyKept}</p>
      <button type="submit" class="primary">
        {words.signIn}
      </button>
    </form>
  )
}
