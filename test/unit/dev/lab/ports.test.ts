import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { portNames } from '../../../../dev/lab/labState.ts'
import { choosePorts } from '../../../../dev/lab/ports.ts'

describe('the ports of a lab', () => {
  test('are one for each name, below the ports of outgoing connections', async () => {
    const ports = await choosePorts([])
    expect(Object.keys(ports)).toEqual(portNames)
    expect(new Set(Object.values(ports)).size).toBe(portNames.length)
    for (const port of Object.values(ports)) {
      expect(port).toBeGreaterThanOrEqual(20_000)
      expect(port).toBeLessThan(32_000)
    }
  })

  // All ports but a few are given as taken, so that chance decides nothing.
  const allBut = (free: Iterable<number>) => {
    const spare = new Set(free)
    return Array.from({ length: 12_000 }, (_, index) => 20_000 + index).filter((port) => !spare.has(port))
  }

  test('are not those of another lab', async () => {
    const free = Object.values(await choosePorts([]))
    expect(Object.values(await choosePorts(allBut(free))).sort()).toEqual(free.sort())
  })

  test.each(['127.0.0.1', '0.0.0.0'])('are not those that a process listens on at %s', async (address) => {
    const free = Object.values(await choosePorts([]))
    // As many as are free, so that by chance alone at least one of them would almost always be chosen.
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
