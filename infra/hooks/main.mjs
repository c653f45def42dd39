/**
 * Runs one of the hooks beside this file. It is JavaScript, and runs on every Node, because it must tell somebody with an
 * old one what to do. The hooks of azd need no package, and so no `npm ci`; remove wakes workloads as the product does, and needs
 * it.
 */
import process from 'node:process'

const help = `node infra/hooks/main.mjs HOOK [OPTIONS]

  preprovision    what is missing for a deployment, and the command that fixes it (npm run preflight)
  postprovision   the Kubernetes half of a deployment (npm run kubernetes)
  postdeploy      whether the deployment works (npm run smoke)
  predown         refuses azd down with a cluster that was there before: azd may delete its resource group
  remove          takes this system out of a cluster that stays (npm run kubernetes:remove)

azd runs the first four, as azure.yaml says. They take their values from the azd environment. HOOK --help says more.
`

const [name, ...args] = process.argv.slice(2)
const hooks = ['preprovision', 'postprovision', 'postdeploy', 'predown', 'remove']

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
// From these versions on, Node runs TypeScript by itself.
const isNew = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)

if (name === '--help') {
  process.stdout.write(help)
} else if (!hooks.includes(name ?? '')) {
  process.stderr.write(help)
  process.exitCode = 2
} else if (isNew) {
  const { hook } = await import(`./${name}.ts`)
  const { realEdges, runHook } = await import('./run/runHook.ts')
  process.exitCode = await runHook(hook, args, { edges: realEdges, env: process.env })
} else {
  process.stderr.write(
    `✗ Node ${process.versions.node} is too old for a deployment: install Node 22.18 or newer (https://nodejs.org), and run the same command again.\n`,
  )
  process.exitCode = 1
}
