import {
  type CallRecord,
  createCluster,
  createTransport,
  type TransportOptions,
} from '../../../shared/kubernetes/index.ts'

/** Our own client of the server at this URL, and every call that it makes. */
export function clusterAt(url: string, options: Partial<TransportOptions> = {}) {
  const calls: CallRecord[] = []
  const transport = createTransport({
    connection: { access: async () => ({ server: url, tls: {}, authorization: undefined }) },
    timeoutMs: 5000,
    maxSockets: 8,
    userAgent: 'test',
    random: Math.random,
    onCall: (call) => calls.push(call),
    ...options,
  })
  return { cluster: createCluster(transport), transport, calls, close: () => transport.close() }
}
