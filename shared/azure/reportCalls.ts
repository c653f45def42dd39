import type { ContainerServiceClientOptionalParams } from '@azure/arm-containerservice'

type Policy = NonNullable<ContainerServiceClientOptionalParams['additionalPolicies']>[number]['policy']

/** One HTTP call to Azure. Each attempt counts. */
export interface AzureCall {
  method: string
  /** Without its query. */
  url: string
  /** Undefined when there was no answer. */
  status: number | undefined
  seconds: number
}

/** A policy of the Azure clients that reports each of their calls. @param now milliseconds */
export const reportCalls = (report: (call: AzureCall) => void, now: () => number): Policy => ({
  name: 'reportCalls',
  async sendRequest(request, next) {
    const startedAt = now()
    const { origin, pathname } = new URL(request.url)
    const done = (status: number | undefined) =>
      report({ method: request.method, url: origin + pathname, status, seconds: (now() - startedAt) / 1000 })
    try {
      const response = await next(request)
      done(response.status)
      return response
    } catch (error) {
      done(undefined)
      throw error
    }
  },
})
