import { randomBytes } from 'node:crypto'
import { HookError } from '../run/hookError.ts'
import { type Kubectl, lastLine } from './kubectl.ts'

const secret = ['scale-api-keys', '--namespace', 'scale-system']

/**
 * Makes the Secret with the API key of scale-api, if there is none. The key goes through standard input: every user of the
 * machine can read arguments. Nobody is shown it.
 * @throws HookError, Unreachable
 */
export async function provideApiKey({ kubectl, say }: { kubectl: Kubectl; say(line: string): void }): Promise<void> {
  say('the API key of scale-api')
  const found = await kubectl(['get', 'secret', ...secret, '--ignore-not-found', '--output', 'name'])
  if (found.stdout.trim() !== '') return say('  is there already, and stays as it is')
  const manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'scale-api-keys',
      namespace: 'scale-system',
      labels: { 'app.kubernetes.io/part-of': 'aks-scale-to-zero' },
    },
    stringData: { API_KEY: randomBytes(24).toString('hex') },
  }
  const { code, stderr } = await kubectl(['create', '-f', '-'], JSON.stringify(manifest))
  // Somebody else was faster: theirs stays.
  if (code !== 0 && !stderr.includes('(AlreadyExists)')) {
    throw new HookError(`The Secret scale-api-keys could not be made: ${lastLine(stderr)}`)
  }
  say('  secret/scale-api-keys created')
}
