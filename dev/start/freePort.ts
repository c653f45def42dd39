import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listen } from '../functionsHost/index.ts'

/**
 * The port, or any free one for 0. It is checked before the build, so that nobody waits for a refusal.
 * @throws HostError with the command that takes the next one
 */
export async function freePort(port: number, script: string): Promise<number> {
  const probe = createServer()
  await listen(probe, port, `${script} -- --port ${port < 65_535 ? port + 1 : 0}`)
  const { port: free } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return free
}
