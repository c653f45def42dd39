import { render } from 'preact'
import { createClient } from './api/client.ts'
import { keepKeys, keyInAddress, readKeys } from './api/keys.ts'
import { App } from './components/App.tsx'

// Before anything else: a key in the address goes into this tab's storage, and out of the address and the history.
const brought = keyInAddress(location.href)
if (brought !== undefined) {
  keepKeys(sessionStorage, { ...readKeys(sessionStorage), functionKey: brought.functionKey })
  history.replaceState(null, '', brought.rest)
}

const client = createClient({
  fetch: (path, init) => fetch(path, init),
  keys: () => readKeys(sessionStorage),
  clock: Date.now,
})
const page = document.getElementById('page')
if (page !== null) {
  page.replaceChildren()
  render(<App client={client} />, page)
}
