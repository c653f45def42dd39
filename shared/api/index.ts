export { type ApiOptions, createApi } from './api.ts'
export type { ApiKey, Authentication } from './authentication.ts'
export { logFieldsOf, type RequestRecord } from './requestRecord.ts'
export { createRoutes } from './routes.ts'
