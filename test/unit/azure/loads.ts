import { registerHooks } from 'node:module'

// Requests a status with the settings in this process's environment, and prints which Azure packages this has loaded.

const loaded = new Set<string>()
registerHooks({
  resolve(specifier, context, next) {
    const [name] = /^@azure\/[\w-]+/.exec(specifier) ?? []
    if (name !== undefined) loaded.add(name)
    return next(specifier, context)
  },
})

const { readConfig } = await import('../../../shared/config.ts')
const { createServices } = await import('../../../shared/services.ts')
const { createLogger } = await import('../../../shared/telemetry/index.ts')
const services = createServices(readConfig(process.env), {
  logger: createLogger('silent', () => new Date()),
  anonymousActor: 'a-test',
})
const before = [...loaded]
const { status } = await services.api.request('/api/v1/deployments/project-a/sample-app-a/status')
process.stdout.write(JSON.stringify({ status, before, loaded: [...loaded].toSorted() }), () => process.exit())
