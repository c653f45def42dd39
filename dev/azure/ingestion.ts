import { gunzipSync } from 'node:zlib'
import type { Reply, Request } from './reply.ts'
import type { Tokens } from './tokens.ts'

/** Where Application Insights takes telemetry. https://learn.microsoft.com/azure/azure-monitor/app/ip-addresses */
export const ingestionPath = '/v2.1/track'

/** The resource of which a token opens it. */
export const monitorResource = 'https://monitor.azure.com'

/** One item of telemetry, as it arrives. */
export interface Envelope {
  name: string
  time: string
  iKey?: string
  instrumentationKey?: string
  sampleRate?: number
  tags: Record<string, string>
  data: { baseType: string; baseData: Record<string, unknown> }
}

/** The action that sending needs. */
export const sendTelemetry = 'Microsoft.Insights/Telemetry/Write'

/** Takes telemetry of the identity and keeps it, as a component without local authentication does. */
export function answerIngestion(
  { method, headers, body }: Request,
  { tokens, mayDo, received }: { tokens: Tokens; mayDo(action: string): boolean; received: Envelope[] },
): Reply {
  if (method !== 'POST') return answered(405, 0, 'Method Not Allowed')
  const [, token = ''] = /^Bearer (.+)$/.exec(String(headers.authorization)) ?? []
  if (!tokens.isForMonitor(token)) return answered(401, 0, 'Authentication is required')
  if (!mayDo(sendTelemetry)) return answered(403, 0, 'Forbidden')
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
  const envelopes = JSON.parse(text) as Envelope[]
  received.push(...envelopes)
  return answered(200, envelopes.length)
}

const answered = (status: number, count: number, message?: string): Reply => ({
  status,
  body: {
    itemsReceived: count,
    itemsAccepted: count,
    errors: message === undefined ? [] : [{ index: 0, statusCode: status, message }],
  },
})
