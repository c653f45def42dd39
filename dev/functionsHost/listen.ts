import { once } from 'node:events'
import type { Server } from 'node:http'
import { HostError } from './hostError.ts'

/**
 * Listens on the loopback interface only: the host is for one person's own machine. `other` is the option that chooses
 * another port, for the message. @throws HostError
 */
export async function listen(server: Server, port: number, other = '--port'): Promise<void> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new HostError(
      code === 'EADDRINUSE'
        ? `Port ${port} is taken: stop what listens on it, or choose another with ${other}`
        : `Port ${port} cannot be used: ${message}`,
      { cause },
    )
  }
}
