import { CoreV1Api, type KubeConfig, type KubernetesObject, makeInformer } from '@kubernetes/client-node'
import { describeNode, describePod } from './describe.ts'

/** Prints a line for each change of a pod or node until it is stopped. Pods of the cluster's own are left out. */
export async function watchChanges(
  config: KubeConfig,
  print: (line: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const api = config.makeApiClient(CoreV1Api)
  const pods = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces())
  const nodes = makeInformer(config, '/api/v1/nodes', () => api.listNode())
  const watches = [
    await follow({ kind: 'pods', informer: pods, describe: describePod, print }),
    await follow({ kind: 'nodes', informer: nodes, describe: describeNode, print }),
  ]
  return {
    async stop() {
      await Promise.all(watches.map(({ stop }) => stop()))
    },
  }
}

interface Followed<T extends KubernetesObject> {
  kind: string
  informer: ReturnType<typeof makeInformer<T>>
  describe(object: T): string
  print(line: string): void
}

// A watch that broke is begun again after this; the list that comes first shows what was missed.
const restartAfterMs = 2000

async function follow<T extends KubernetesObject>({ kind, informer, describe, print }: Followed<T>) {
  const shown = new Map<string, string>()
  let restart: NodeJS.Timeout | undefined
  let begun = false
  let broken = false
  let stopped = false

  const show = (object: T) => {
    broken = false
    if (isSystem(object)) return
    const { uid = '' } = object.metadata ?? {}
    const line = describe(object)
    // Most updates, such as a node's heartbeat, change nothing in the line. Objects that are there from the start are no change.
    if (begun && shown.get(uid) !== line) print(line)
    shown.set(uid, line)
  }
  informer.on('add', show)
  informer.on('update', show)
  informer.on('delete', (object) => {
    const uid = object.metadata?.uid ?? ''
    const line = shown.get(uid)
    if (line === undefined) return
    shown.delete(uid)
    print(`${line.split('  ', 2).join('  ')}  gone`)
  })
  const startLater = (error: unknown) => {
    if (stopped) return
    // Once, not every two seconds.
    if (!broken) print(`${kind} cannot be watched at the moment: ${firstLine(error)}`)
    broken = true
    restart = setTimeout(() => informer.start().catch(startLater), restartAfterMs)
  }
  informer.on('error', startLater)
  await informer.start().catch(startLater)
  begun = true

  return {
    async stop() {
      stopped = true
      clearTimeout(restart)
      await informer.stop()
    },
  }
}

function isSystem({ metadata }: KubernetesObject): boolean {
  return /^(?:kube-|gatekeeper-system$|calico-system$|tigera-operator$|azure-)/.test(metadata?.namespace ?? '')
}

function firstLine(error: unknown): string {
  const { message = String(error) } = error as Partial<Error>
  return message.split('\n', 1)[0] ?? ''
}
