import { readFileSync } from 'node:fs'
import { describe } from '@jest/globals'
import { KubeConfig } from '@kubernetes/client-node'
import {
  type FakeAzureOptions,
  type FrontedCluster,
  frontedCluster,
  theIdentity,
  type UserTokens,
} from '../../dev/azure/index.ts'
import { readTarget } from './target.ts'

/** The function app's managed identity on the target: its credentials, and the cluster that takes them. */
export interface TargetIdentity extends UserTokens {
  cluster: FrontedCluster
  /** What makes a fake Azure of a test's own. */
  azure: FakeAzureOptions
}

/** The identity of the target; on an existing cluster, whose API server knows no such one, it has no tokens. */
export function readIdentity(): TargetIdentity {
  const { kubeconfig, identity = { user: '', tokens: [] } } = readTarget()
  const config = new KubeConfig()
  config.loadFromString(readFileSync(kubeconfig, 'utf8'))
  const cluster = frontedCluster(config)
  const azure = { cluster, identity: { ...theIdentity, objectId: identity.user }, aksTokens: identity.tokens }
  return { ...identity, cluster, azure }
}

/** Tests that need the managed identity. Without it they are skipped. */
export function describeWithIdentity(name: string, tests: (identity: TargetIdentity) => void): void {
  const identity = readIdentity()
  const run = identity.tokens.length > 0 ? describe : describe.skip
  run(name, () => tests(identity))
}
