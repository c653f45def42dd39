import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Client, Problem } from '../api/client.ts'
import { forgetKeys, type Keys, keepKeys, readKeys } from '../api/keys.ts'
import { Overview } from '../overview/Overview.tsx'
import { ProjectView } from '../project/ProjectView.tsx'
import { type Address, readAddress } from '../view/address.ts'
import { en } from '../words/en.ts'
import { ja } from '../words/ja.ts'
import { type Done, Surrounded, type Surroundings } from './context.ts'
import { SignIn } from './SignIn.tsx'
import { Toast } from './Toast.tsx'

const languages = { en, ja }
type Language = keyof typeof languages

const wantedLanguage = (): Language => {
  const chosen = localStorage.getItem('language') ?? navigator.language
  return chosen.startsWith('ja') ? 'ja' : 'en'
}

/** The page: a header, one view, and what was done last. */
export function App({ client }: { client: Client }) {
  const [language, setLanguage] = useState(wantedLanguage)
  const [address, setAddress] = useState<Address>(() => readAddress(location.hash))
  const [problem, setProblem] = useState<Problem>()
  const [changes, setChanges] = useState(0)
  const [done, setDone] = useState<Done>()
  const words = languages[language]

  useEffect(() => {
    const follow = () => setAddress(readAddress(location.hash))
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  useEffect(() => {
    document.documentElement.lang = language
    document.title = address.view === 'project' ? `${address.project} · ${words.title}` : words.title
  }, [language, address, words])

  const report = useCallback((told: Problem | undefined) => setProblem(told), [])
  const changed = useCallback((what: Done) => {
    setDone(what)
    setChanges((count) => count + 1)
  }, [])
  const surroundings = useMemo<Surroundings>(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    return { client, words, reader: { language, timeZone }, report, changes, changed }
  }, [client, words, language, report, changes, changed])

  const signIn = (keys: Keys) => {
    keepKeys(sessionStorage, { ...readKeys(sessionStorage), ...keys })
    setProblem(undefined)
    setChanges((count) => count + 1)
  }
  const switchLanguage = () => {
    const other = language === 'en' ? 'ja' : 'en'
    localStorage.setItem('language', other)
    setLanguage(other)
  }

  return (
    <Surrounded.Provider value={surroundings}>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {words.skipToContent}
      </button>
      <header>
        <h1>
          <a href="#/">{words.title}</a>
        </h1>
        <nav>
          <a href="docs">{words.apiDocs}</a>
          {Object.keys(readKeys(sessionStorage)).length > 0 && problem?.kind !== 'key' && (
            <button type="button" class="plain" onClick={() => signOut(surroundings)}>
              {words.signOut}
            </button>
          )}
          <button type="button" class="plain" lang={language === 'en' ? 'ja' : 'en'} onClick={switchLanguage}>
            {words.language}
          </button>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        <p class="away" role="status" hidden={problem?.kind !== 'away'}>
          {problem?.kind === 'away' && words.away}
        </p>
        {problem?.kind === 'key' ? (
          <SignIn wanted={problem.wanted} message={problem.message} onKey={signIn} />
        ) : address.view === 'project' ? (
          <ProjectView key={address.project} name={address.project} open={address.open} />
        ) : (
          <Overview show={address.show} text={address.text ?? ''} />
        )}
      </main>
      <Toast done={done} onClose={() => setDone(undefined)} />
    </Surrounded.Provider>
  )
}

function signOut({ changed, words }: Surroundings): void {
  forgetKeys(sessionStorage)
  changed({ message: words.done })
}
