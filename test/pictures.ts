import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const help = `npm run pictures: takes the pictures of the documents from the demo

It starts npm start -- --demo, and takes the pictures when the evening has told its story, after about 20 seconds of it.
They are written to docs/pictures/. CHROMIUM is the path of a Chromium, such as /usr/bin/chromium; Japanese needs a font.
`

/** Each picture: a view of the page as its address has it, in a language, on a screen. */
const pictures: { name: string; hash: string; language: 'en' | 'ja'; colorScheme: 'light' | 'dark' }[] = [
  { name: 'overview', hash: '#/', language: 'en', colorScheme: 'light' },
  { name: 'overview.ja', hash: '#/', language: 'ja', colorScheme: 'light' },
  { name: 'project', hash: '#/projects/shop', language: 'en', colorScheme: 'dark' },
  { name: 'project.ja', hash: '#/projects/shop', language: 'ja', colorScheme: 'dark' },
]

const storyMs = 20_000
const drawnMs = 3000

async function addressOf(demo: ChildProcess): Promise<string> {
  if (demo.stdout === null) throw new Error('the demo has no output')
  for await (const line of createInterface(demo.stdout)) {
    const address = /^Open (http:\S+)/.exec(line)?.[1]
    if (address !== undefined) {
      demo.stdout.resume()
      return address
    }
  }
  throw new Error('the demo has ended before it was ready: npm start -- --demo says why')
}

const { CHROMIUM } = process.env
if (process.argv.includes('--help') || CHROMIUM === undefined) {
  process.stdout.write(help)
  process.exit(process.argv.includes('--help') ? 0 : 1)
}
const folder = new URL('../docs/pictures/', import.meta.url)
const demo = spawn(process.execPath, ['dev/start.ts', '--demo', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = once(demo, 'close')
const browser = await chromium.launch({ executablePath: CHROMIUM })
try {
  const address = await addressOf(demo)
  await wait(storyMs)
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
  await page.goto(address)
  for (const { name, hash, language, colorScheme } of pictures) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(`localStorage.setItem('language', '${language}'); location.hash = '${hash}'; location.reload()`)
    await wait(drawnMs)
    await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, folder)), fullPage: true })
    process.stdout.write(`docs/pictures/${name}.png\n`)
  }
} finally {
  await browser.close()
  demo.kill('SIGINT')
  await ended
}
