import { readFileSync } from 'node:fs'
import { describeScaleApi } from '../contract/scaleApi/index.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const kubeconfig = readFileSync(target.kubeconfig, 'utf8')
// The target keeps running for the other tests.
const stop = async () => {}

describeScaleApi('the Functions host on a real control plane', async () => ({
  url: target.functionsUrl,
  headers: { 'x-functions-key': target.functionsKey },
  actor: 'function-key',
  guard: 'host',
  azure: target.identity !== undefined,
  kubeconfig,
  stop,
}))

describeScaleApi('the in-cluster host on a real control plane', async () => ({
  url: target.scaleApiUrl,
  headers: { authorization: `Bearer ${target.apiKey}` },
  actor: 'api-key',
  guard: 'api',
  azure: false,
  kubeconfig,
  stop,
}))
