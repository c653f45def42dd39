import {
  type CallRecord,
  type Connection,
  createCluster,
  createTransport,
  type TransportOptions,
} from '../../../shared/kubernetes/index.ts'

/** Our own client for the server at this URL, with a record of every call that it makes. */
export function clusterAt(
  url: string,
  {
    connection,
    elapsed = () => performance.now(),
    ...options
  }: Partial<Omit<TransportOptions, 'connection'> & { connection: Pick<Connection, 'access'> }> = {},
) {
  const calls: CallRecord[] = []
  const transport = createTransport({
    connection: {
      access: async () => ({ server: url, tls: {}, authorization: undefined }),
      ...connection,
      advice: 'ask whoever may grant it',
    },
    timeoutMs: 5000,
    maxSockets: 8,
    maxWatches: 8,
    userAgent: 'test',
    random: Math.random,
    elapsed,
    onCall: (call) => calls.push(call),
    ...options,
  })
  return { cluster: createCluster(transport, elapsed), transport, calls, close: () => transport.close() }
}
