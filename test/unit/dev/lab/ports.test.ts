import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { portNames } from '../../../../dev/lab/labState.ts'
import { choosePorts } from '../../../../dev/lab/ports.ts'

describe('the ports of a lab', () => {
  test('are one for everything that listens, below those of outgoing connections', async () => {
    const ports = await choosePorts([])
    expect(Object.keys(ports)).toEqual(portNames)
    expect(new Set(Object.values(ports)).size).toBe(portNames.length)
    for (const port of Object.values(ports)) {
      expect(port).toBeGreaterThanOrEqual(20_000)
      expect(port).toBeLessThan(32_000)
    }
  })

  // All but a few are said to be taken, so that no chance decides.
  const allBut = (free: Iterable<number>) => {
    const spare = new Set(free)
    return Array.from({ length: 12_000 }, (_, index) => 20_000 + index).filter((port) => !spare.has(port))
  }

  test('are none that another lab has', async () => {
    const free = Object.values(await choosePorts([]))
    expect(Object.values(await choosePorts(allBut(free))).sort()).toEqual(free.sort())
  })

  test.each(['127.0.0.1', '0.0.0.0'])('are none that is listened to at %s', async (address) => {
    const free = Object.values(await choosePorts([]))
    // As many as are free: by chance alone none of them would hardly ever be chosen.
    const occupied = Object.values(await choosePorts(free))
    const servers = occupied.map((port) => createServer().listen(port, address))
    await Promise.all(servers.map((server) => once(server, 'listening')))
    try {
      const chosen = Object.values(await choosePorts(allBut([...free, ...occupied])))
      expect(chosen.sort()).toEqual(free.sort())
    } finally {
      for (const server of servers) server.close()
    }
  })
})
