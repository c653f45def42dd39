import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KubeConfig } from '@kubernetes/client-node'
import { startFakeAzure } from './fakeAzure.ts'
import { frontedCluster } from './frontedCluster.ts'
import { theIdentity } from './names.ts'
import { parseTokenFile } from './tokenFile.ts'

const help = `node dev/azure/main.ts: a fake Azure in front of a cluster, for the lab

  --kubeconfig FILE   an administrator's kubeconfig: its cluster is presented as AKS
  --tokens FILE       the API server's token file: the identity gets its tokens, and its user as object id
  --folder DIR        the folder for ca.crt and, once it listens, env.json: the settings that send a function app here
  --port PORT         the port to listen on; 0, the default, takes any free port
`

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    tokens: { type: 'string' },
    folder: { type: 'string' },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean' },
  },
})

async function run({ kubeconfig, tokens, folder, port }: typeof values): Promise<void> {
  if (!kubeconfig || !tokens || !folder) throw new Error(`--kubeconfig, --tokens and --folder are required\n\n${help}`)
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const cluster = frontedCluster(config)
  const { user: objectId, tokens: aksTokens } = parseTokenFile(readFileSync(tokens, 'utf8'))
  const azure = await startFakeAzure({
    cluster,
    identity: { ...theIdentity, objectId },
    aksTokens,
    folder,
    port: Number(port),
  })
  const stop = () => void azure.stop().then(() => process.exit())
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // Renamed when it is complete: a reader finds the whole file or none.
  const file = join(folder, 'env.json')
  writeFileSync(`${file}.draft`, JSON.stringify(azure.env(), null, 2), { mode: 0o600 })
  renameSync(`${file}.draft`, file)
  process.stdout.write(`fake Azure listening on ${azure.url} for ${cluster.server}\n`)
}

if (values.help) process.stdout.write(help)
else await run(values)
