import { afterEach } from '@jest/globals'
import { type ClusterOptions, type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import type { KubeObject } from '../../../../dev/cluster/objects.ts'

export const deploymentsOfA = '/apis/apps/v1/namespaces/project-a/deployments'
export const appA = `${deploymentsOfA}/sample-app-a`
export const jsonPatchType = 'application/json-patch+json'
export const mergePatchType = 'application/merge-patch+json'

/** A Deployment to create, with these fields in its spec. */
export const deployment = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'x' } },
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'app', image: 'x' }] } },
    ...spec,
  },
})

/** The answer with which the server refuses a request. */
export const refusal = (code: number, reason: string, more: object) => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, ...more },
})

/** Starts clusters that are stopped after the test that asked for them. */
export function clusters(): (options?: ClusterOptions) => Promise<Client> {
  const running: EmbeddedCluster[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((cluster) => cluster.stop()))
  })
  return async (options = {}) => {
    const cluster = await startCluster({ podDelayMs: 5, nodeDelayMs: 10, ...options })
    running.push(cluster)
    return new Client(cluster)
  }
}

interface Answer {
  status: number
  // The fields of all answers together; a test knows which of them it gets.
  body: KubeObject & { items: KubeObject[]; resources: object[]; metadata: { continue: string } }
}

/** Speaks plain HTTP to a cluster. */
export class Client {
  readonly cluster: EmbeddedCluster

  constructor(cluster: EmbeddedCluster) {
    this.cluster = cluster
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path)
  }

  patch(path: string, patch: unknown, type = mergePatchType): Promise<Answer> {
    return this.send('PATCH', path, { body: patch, type })
  }

  async send(method: string, path: string, { body, type }: { body?: unknown; type?: string } = {}): Promise<Answer> {
    const response = await fetch(this.cluster.url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': type ?? 'application/json' }), 'user-agent': 'tester/1' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, body: isJson ? JSON.parse(text) : text }
  }

  /**
   * Watches the list at `path` until its objects satisfy `holds`, and returns them. Lists again when more has happened
   * between the list and the watch than the server keeps. @throws after 4 s, with the objects last seen
   */
  async until(path: string, holds: (objects: KubeObject[]) => boolean): Promise<KubeObject[]> {
    const signal = AbortSignal.timeout(4_000)
    for (;;) {
      const { body } = await this.get(path)
      const objects = new Map(body.items.map((object) => [object.metadata.uid, object]))
      if (holds([...objects.values()])) return [...objects.values()]
      const query = `watch=1&resourceVersion=${body.metadata.resourceVersion}`
      try {
        const response = await fetch(`${this.cluster.url}${path}${path.includes('?') ? '&' : '?'}${query}`, { signal })
        for await (const { type, object } of changes(response)) {
          if (type === 'ERROR') break
          if (type === 'DELETED') objects.delete(object.metadata.uid)
          else objects.set(object.metadata.uid, object)
          if (holds([...objects.values()])) return [...objects.values()]
        }
      } catch (cause) {
        throw new Error(`no such state at ${path}; last seen: ${JSON.stringify([...objects.values()])}`, { cause })
      }
    }
  }
}

/** The lines of a watch. */
export async function* changes(response: Response): AsyncGenerator<{ type: string; object: KubeObject }> {
  let rest = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}
