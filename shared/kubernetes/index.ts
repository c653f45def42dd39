export { type AksSource, aksConnection } from './aksConnection.ts'
export { createCluster } from './cluster.ts'
export {
  type Access,
  type Connection,
  type FailedAccess,
  inClusterConnection,
  kubeconfigConnection,
} from './connection.ts'
export { type CallRecord, createTransport, type TransportOptions } from './transport.ts'
