export { type Aks, createAks } from './aks.ts'
export type { AzureCall } from './reportCalls.ts'
export type { AksSettings, IdentitySettings } from './settings.ts'
export { createTokenCredential } from './signIn.ts'
