import { render } from 'preact'
import { createClient } from './api/client.ts'
import { keepKeys, keyInAddress, readKeys } from './api/keys.ts'
import { App } from './components/App.tsx'
import { pathOf, readAddress } from './view/address.ts'

// Before anything else: a key in the address goes into this tab's storage. The page is then loaded again in place of that
// address, since a browser keeps what was typed when only `history.replaceState` takes it out.
const brought = keyInAddress(location.href)
if (brought === undefined) {
  show()
} else {
  keepKeys(sessionStorage, { ...readKeys(sessionStorage), functionKey: brought.functionKey })
  location.replace(brought.rest)
}

function show(): void {
  const page = document.getElementById('page')
  if (page === null) return
  const client = createClient({
    fetch: (path, init) => fetch(path, init),
    keys: () => readKeys(sessionStorage),
    clock: Date.now,
  })
  // The host works on the answer while the browser draws what is there without it.
  if (!document.hidden) client.begin(pathOf(readAddress(location.hash)))
  page.replaceChildren()
  render(<App client={client} />, page)
}
