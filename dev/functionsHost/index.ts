export { HostError } from './hostError.ts'
export { listen } from './listen.ts'
export { applyLocalSettings } from './settings.ts'
export { startFunctionsHost } from './startFunctionsHost.ts'
