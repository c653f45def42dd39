import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A page in a real browser. */
export interface Page {
  goto(url: string): Promise<void>
  /** Runs an expression in the page and returns its value, which JSON can hold. */
  run(expression: string): Promise<unknown>
  /** Shows it as on another screen: its width in CSS pixels, and what the person prefers. */
  show(screen: Screen): Promise<void>
  /** Presses a key as a person does, e.g. `Tab`, `Enter`, `Escape`, or types a text. */
  press(key: string): Promise<void>
  type(text: string): Promise<void>
  /** A picture of the whole page, as PNG. */
  picture(): Promise<Uint8Array>
  /** What the page was refused by its content security policy, and the exceptions that it has thrown. */
  complaints: string[]
  close(): Promise<void>
}

/** A screen, and what the person at it prefers. */
export interface Screen {
  width: number
  theme?: 'light' | 'dark'
}

const keyCodes: Record<string, number> = { Tab: 9, Enter: 13, Escape: 27, ' ': 32, ArrowDown: 40 }

/**
 * Opens a page in Chromium through its DevTools protocol. https://chromedevtools.github.io/devtools-protocol/
 * @param chromium the path of its program
 */
export async function openPage(chromium: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'))
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ]
  const browser = spawn(chromium, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => browser.once('close', resolve))
  let endpoint: string | undefined
  for await (const line of createInterface(browser.stderr)) {
    endpoint = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (endpoint !== undefined) break
  }
  browser.stderr.resume()
  if (endpoint === undefined) throw new Error(`${chromium} has ended before it listened`)

  const socket = new WebSocket(endpoint)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const answers = new Map<number, PromiseWithResolvers<Record<string, unknown>>>()
  const complaints: string[] = []
  let loaded = Promise.withResolvers<void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data))
    if (error) answers.get(id)?.reject(new Error(error.message))
    else answers.get(id)?.resolve(result)
    if (method === 'Page.loadEventFired') loaded.resolve()
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.exception?.description ?? '')
    if (method === 'Log.entryAdded' && params.entry.source === 'security') complaints.push(params.entry.text)
  })
  let sent = 0
  let sessionId: unknown
  const ask = async (method: string, params: object = {}) => {
    const id = ++sent
    const answer = Promise.withResolvers<Record<string, unknown>>()
    answers.set(id, answer)
    socket.send(JSON.stringify({ id, method, params, sessionId }))
    return answer.promise
  }
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' })
  sessionId = (await ask('Target.attachToTarget', { targetId, flatten: true })).sessionId
  for (const domain of ['Page', 'Runtime', 'Log']) await ask(`${domain}.enable`)

  return {
    complaints,
    async goto(url) {
      loaded = Promise.withResolvers()
      await ask('Page.navigate', { url })
      await loaded.promise
    },
    async run(expression) {
      const { result } = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
      return (result as { value?: unknown }).value
    },
    async show({ width, theme = 'light' }) {
      await ask('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false })
      await ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: theme }] })
    },
    async press(key) {
      const windowsVirtualKeyCode = keyCodes[key]
      const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined
      await ask('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, windowsVirtualKeyCode, text })
      await ask('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode })
    },
    async type(text) {
      await ask('Input.insertText', { text })
    },
    async picture() {
      const { data } = await ask('Page.captureScreenshot', { captureBeyondViewport: true })
      return Buffer.from(String(data), 'base64')
    },
    async close() {
      browser.kill()
      await ended
      socket.close()
      rmSync(profile, { recursive: true, maxRetries: 5 })
    },
  }
}
