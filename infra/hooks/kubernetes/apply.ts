import { HookError } from '../run/hookError.ts'
import { type Kubectl, lastLine } from './kubectl.ts'
import type { Step } from './steps.ts'

interface KubeObject {
  kind: string
  metadata: { namespace?: string; name: string }
}

/**
 * Carries out a step, and shows what it has changed. kubectl itself says "configured" of some objects in which nothing
 * differs, so they are compared. Repeating it changes nothing. @throws HookError, Unreachable
 */
export async function applyStep(
  { kubectl, say }: { kubectl: Kubectl; say(line: string): void },
  { what, manifest, how }: Step,
): Promise<void> {
  say(what)
  const found = await kubectl(['get', '-f', '-', '--ignore-not-found', '--output', 'json'], manifest)
  const before = new Map(objectsOf(found.stdout).map((object) => [nameOf(object), contentOf(object)]))
  const { code, stdout, stderr } = await kubectl([how, '-f', '-', '--output', 'json'], manifest)
  for (const object of code === 0 ? objectsOf(stdout) : []) {
    const was = before.get(nameOf(object))
    const result = was === undefined ? 'created' : was === contentOf(object) ? 'unchanged' : 'changed'
    say(`  ${nameOf(object)} ${result}`)
  }
  if (code === 0) return
  if (how === 'create' && stderr.includes('(AlreadyExists)')) say('  is there already, and stays as it is')
  else throw new HookError(`${what} could not be applied: ${lastLine(stderr)}`)
}

/** kubectl writes one object as it is, and several as a List. */
function objectsOf(json: string): KubeObject[] {
  if (json.trim() === '') return []
  const read = JSON.parse(json) as KubeObject & { items?: KubeObject[] }
  return read.items ?? [read]
}

const nameOf = ({ kind, metadata: { namespace, name } }: KubeObject) =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`

/** Everything of an object but what controllers write. */
function contentOf(object: KubeObject): string {
  const { status: _status, metadata, ...rest } = object as KubeObject & { status?: object }
  const {
    resourceVersion: _version,
    managedFields: _fields,
    generation: _generation,
    ...kept
  } = metadata as object as Record<string, unknown>
  // A controller writes the revision of a Deployment beside what people write.
  const annotations = { ...(kept.annotations as Record<string, string> | undefined) }
  delete annotations['deployment.kubernetes.io/revision']
  delete annotations['deprecated.daemonset.template.generation']
  return JSON.stringify({ ...rest, metadata: { ...kept, annotations } })
}
