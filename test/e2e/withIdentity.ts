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

/** The function app's managed identity on the target: its credentials, and the cluster that accepts them. */
export interface TargetIdentity extends UserTokens {
  cluster: FrontedCluster
  /** The options of a fake Azure that a test starts. */
  azure: FakeAzureOptions
}

/** The identity of the target. On an existing cluster it has no tokens, because the API server does not know it. */
export function readIdentity(): TargetIdentity {
  const { kubeconfig, identity = { user: '', tokens: [] } } = readTarget()
  const config = new KubeConfig()
  config.loadFromString(readFileSync(kubeconfig, 'utf8'))
  const cluster = frontedCluster(config)
  const azure = { cluster, identity: { ...theIdentity, objectId: identity.user }, aksTokens: identity.tokens }
  return { ...identity, cluster, azure }
}

/** Describes tests that need the managed identity. Without it they are skipped. */
export function describeWithIdentity(name: string, tests: (identity: TargetIdentity) => void): void {
  const identity = readIdentity()
  const run = identity.tokens.length > 0 ? describe : describe.skip
  run(name, () => tests(identity))
}
