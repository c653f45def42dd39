/**
 * Installs the packages before `npm start`, `npm run start:scale-api` and `npm test`, and says so. Before the other
 * scripts, with --check, it installs nothing and says what to run.
 * It must run on Node 20 and import nothing that `npm ci` has yet to install.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const oldestNode = 20

const say = (line) => process.stderr.write(`${line}\n`)
const fail = (sentence) => {
  say(`\n✗ ${sentence}`)
  process.exit(1)
}

const major = Number(process.versions.node.split('.')[0])
if (major < oldestNode) {
  fail(`Node ${process.versions.node} is too old: install Node ${oldestNode} or newer (nodejs.org) and run this again.`)
}

/** The packages of a lock file, or undefined when there is none. npm keeps a second one of the installed packages. */
const packagesOf = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined)

const locked = packagesOf(`${root}package-lock.json`)
const installed = packagesOf(`${root}node_modules/.package-lock.json`)
// Optional packages may be for another platform than this one.
const isMissing = ([path, { version, optional }]) => path !== '' && !optional && installed?.[path]?.version !== version

if (Object.entries(locked).some(isMissing)) {
  if (process.argv.includes('--check')) {
    const problem = installed === undefined ? 'The packages are not installed' : 'package-lock.json has changed'
    fail(`${problem}: run npm ci, then this again.`)
  }
  say(installed === undefined ? 'Installing packages (npm ci) ...' : 'package-lock.json has changed: npm ci ...')
  const started = Date.now()
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (npm.error) fail(`npm could not be started (${npm.error.message}): install npm with Node and run this again.`)
  if (npm.status !== 0) {
    say(npm.stderr.trim())
    const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(
      npm.stderr,
    )
    fail(
      unreachable
        ? 'The npm registry cannot be reached: check the network, the proxy and `npm config get registry`, then run this again.'
        : 'npm ci failed; its message is above. Fix that and run this again.',
    )
  }
  say(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}
