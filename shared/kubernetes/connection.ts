import { existsSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { delimiter, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'

/** Everything that a request needs in order to be accepted by the API server. */
export interface Access {
  /** The server's URL, which may have a path. */
  server: string
  tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>
  /** The URL of the proxy through which the server is reached, if it is. */
  proxy?: string | undefined
  /** The value of the Authorization header; undefined with a client certificate, or with none. */
  authorization: string | undefined
}

/** An access that has failed: the server refused it (401), cannot be reached, or has a certificate of another CA. */
export interface FailedAccess {
  access: Access
  because: 'refused' | 'unreachable'
}

/** A way into one cluster. The transport knows no more of it than this. */
export interface Connection {
  /**
   * Cheap to call for each request: a known access is answered at once, without a promise.
   * @param failed an access that did not work: it is obtained again, once for all calls that failed with it
   * @throws ScalingError when the reason for having no access is known, otherwise another error
   */
  access(failed?: FailedAccess): Access | Promise<Access>
  /** The remedy when RBAC forbids a call, as the second half of a sentence. */
  advice: string
}

/** The places where a Pod finds its API server and the files of its ServiceAccount. */
export interface InClusterSettings {
  host: string
  port: string
  serviceAccountDir: string
}

/**
 * The identity of the Pod's ServiceAccount. Its token is read again as the kubelet rotates it.
 * @param elapsed milliseconds that only ever grow
 */
export const inClusterConnection = (
  { host, port, serviceAccountDir }: InClusterSettings,
  elapsed: () => number,
): Connection => {
  const advice = 'give the ServiceAccount its role with `kubectl apply -f scale-api/manifests/rbac.yaml`'
  const load = async () => {
    const { KubeConfig } = await import('./kubeConfig.ts')
    const config = new KubeConfig()
    config.loadFromClusterAndUser(
      {
        name: 'in-cluster',
        server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        caFile: join(serviceAccountDir, 'ca.crt'),
        skipTLSVerify: false,
      },
      {
        name: 'service-account',
        authProvider: { name: 'tokenFile', config: { tokenFile: join(serviceAccountDir, 'token') } },
      },
    )
    return config
  }
  return remember(load, { advice, elapsed })
}

/**
 * The current context of a kubeconfig.
 * @param paths as in the KUBECONFIG variable, so it may name several files
 * @param elapsed milliseconds that only ever grow
 */
export const kubeconfigConnection = (paths: string, elapsed: () => number): Connection => {
  const load = async () => {
    const { loadKubeConfig } = await import('./kubeConfig.ts')
    const named = paths.split(delimiter).filter((path) => path !== '')
    // kubectl passes over the files of a list that are not there, and so the same variable works for both.
    const [config, ...others] = named
      .filter((path) => existsSync(path))
      .map((path) => loadKubeConfig(path, (one) => one.loadFromFile(path)))
    if (config === undefined) throw new Error(`KUBECONFIG names no file that exists: ${named.join(', ')}`)
    for (const other of others) config.mergeConfig(other)
    return config
  }
  return remember(load, { advice: 'ask for the rights that infra/manifests/function-rbac.yaml lists', elapsed })
}

// client-node reads the CA file and builds an agent whenever it is asked, too much for each request. Token files and
// exec plugins have their own, longer, validity, and a token that expires within this time costs one refresh.
const rememberMs = 10_000

function remember(
  load: () => Promise<KubeConfig>,
  { advice, elapsed }: { advice: string; elapsed: () => number },
): Connection {
  let config: Promise<KubeConfig> | undefined
  let current: { access: Access; until: number } | undefined
  let renewing: Promise<Access> | undefined

  async function renew(): Promise<Access> {
    try {
      config ??= load()
      const access = await accessOf(await config)
      current = { access, until: elapsed() + rememberMs }
      return access
    } catch (error) {
      // A failure is not cached: the next call tries again.
      config = undefined
      throw error
    } finally {
      renewing = undefined
    }
  }

  return {
    advice,
    access(failed) {
      // The address of a server that cannot be reached is looked up again when the remembered access ends, soon enough.
      const isRefused = failed?.because === 'refused' && failed.access === current?.access
      if (renewing === undefined && current !== undefined && elapsed() < current.until && !isRefused) {
        return current.access
      }
      // client-node keeps a token itself; loading the configuration again makes it forget that.
      if (renewing === undefined && isRefused) config = undefined
      renewing ??= renew()
      return renewing
    },
  }
}

async function accessOf(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster()
  if (cluster === null) {
    throw new Error(`the kubeconfig has no cluster for its current context "${config.getCurrentContext()}"`)
  }
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    // Errors are logged, and the parser's own message quotes the output of a credential plugin, which may be a token.
    throw error instanceof SyntaxError
      ? new Error('the credential plugin of the kubeconfig did not answer with JSON')
      : error
  }
  const { ca, cert, key, rejectUnauthorized, servername, auth, headers } = options
  const bearer = (headers as Record<string, string> | undefined)?.Authorization
  return {
    server: cluster.server,
    proxy: cluster.proxyUrl,
    tls: { ca, cert, key, rejectUnauthorized, servername },
    authorization: bearer ?? (auth ? `Basic ${Buffer.from(auth).toString('base64')}` : undefined),
  }
}
