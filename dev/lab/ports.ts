import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Ports, portNames } from './labState.ts'

// Below 32768, where systems begin to use ports for outgoing connections: one of those could take a port between our
// choice and the moment when its component listens.
const lowest = 20_000
const highest = 32_000

/** Chooses free ports for a lab. None of them is in `taken`, the ports of other labs, which may be starting. */
export async function choosePorts(taken: readonly number[]): Promise<Ports> {
  const chosen = new Set(taken)
  const ports: Partial<Ports> = {}
  for (const name of portNames) {
    ports[name] = await freePort(chosen)
    chosen.add(ports[name])
  }
  return ports as Ports
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  const first = lowest + Math.floor(Math.random() * (highest - lowest))
  for (let port = first; port < highest; port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  return freePort(taken)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
