export { type Aks, createAks } from './aks.ts'
export type { AksSettings } from './settings.ts'
