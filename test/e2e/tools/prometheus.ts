import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '../../waitFor.ts'

/** A Prometheus of its own on loopback, that scrapes and evaluates each second. */
export interface Prometheus {
  /** The series that an expression gives now, each with its labels and value. @throws Error with what Prometheus says */
  query(expression: string): Promise<Series[]>
  /** The labels of the alerts that fire. */
  firing(): Promise<Record<string, string>[]>
  stop(): Promise<void>
}

export interface Series {
  metric: Record<string, string>
  value: [number, string]
}

/**
 * @param binary of Prometheus
 * @param rules the text of a file of rules
 * @param targets `host:port` of what is scraped, as the job `scale-api`
 */
export async function startPrometheus(
  binary: string,
  { rules, targets }: { rules: string; targets: string[] },
): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'prometheus-'))
  // JSON is YAML.
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(dir, 'rules.yaml')],
    scrape_configs: [{ job_name: 'scale-api', static_configs: [{ targets }] }],
  }
  writeFileSync(join(dir, 'rules.yaml'), rules)
  writeFileSync(join(dir, 'prometheus.yaml'), JSON.stringify(config))
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    binary,
    [
      `--config.file=${join(dir, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  await waitFor({
    what: 'Prometheus is ready',
    look: () => isReady(child, `http://${address}/-/ready`),
    until: (ready) => ready,
  })
  const get = async <Data>(path: string): Promise<Data> => {
    const response = await fetch(`http://${address}/api/v1/${path}`)
    const answer = (await response.json()) as { status: 'success'; data: Data } | { status: 'error'; error: string }
    if (answer.status === 'error') throw new Error(answer.error)
    return answer.data
  }
  return {
    query: async (expression) =>
      (await get<{ result: Series[] }>(`query?query=${encodeURIComponent(expression)}`)).result,
    firing: async () =>
      (await get<{ alerts: { state: string; labels: Record<string, string> }[] }>('alerts')).alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels }) => labels),
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      rmSync(dir, { recursive: true })
    },
  }
}

async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`Prometheus has ended with ${child.exitCode}`)
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** Prometheus does not tell the port that it was given. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}
