import { ScalingError } from '../scaling/index.ts'
import type { Access, Connection } from './connection.ts'

/** Azure's knowledge of a cluster, as far as a connection needs it. */
export interface AksSource {
  /** A kubeconfig as `az aks get-credentials --format exec` writes it. */
  kubeconfig(): Promise<string>
  /** A token for the API server. A token that was refused is not given again. */
  token(refused?: string): Promise<string>
  /** The reason why the API server cannot be reached; undefined when Azure does not know one. */
  explainUnreachable(): Promise<ScalingError | undefined>
  advice: string
}

/** The address of an API server, and how TLS knows it. */
interface Place {
  server: string
  tls: Access['tls']
}

// A cluster that is down is down for many calls. Azure limits requests, so it is asked no more often than this.
const lookAgainAfterMs = 10_000

/**
 * An AKS cluster with Entra ID. Its address comes from its kubeconfig. The user in there, a person with kubelogin, is
 * dropped: we sign in with the token of an identity. The address is kept until the cluster cannot be reached or shows
 * another certificate, for example because it was created again.
 */
export function aksConnection(source: AksSource, now: () => number): Connection {
  let place: Promise<Place> | undefined
  let look: { verdict: Promise<ScalingError | undefined>; until: number } | undefined
  let composed: { place: Place; token: string; access: Access } | undefined

  function findPlace(): Promise<Place> {
    const found = source.kubeconfig().then(placeOf)
    // A failed lookup is not cached: the next call tries again.
    found.catch(() => {
      if (place === found) place = undefined
    })
    return found
  }

  /** Looks up the address again and, if that has not changed, why the cluster does not answer. */
  async function lookAgain(): Promise<ScalingError | undefined> {
    const before = await place
    try {
      const found = await findPlace()
      place = Promise.resolve(found)
      const isElsewhere = found.server !== before?.server || String(found.tls.ca) !== String(before?.tls.ca)
      return isElsewhere ? undefined : await source.explainUnreachable()
    } catch (error) {
      // Azure's own troubles say nothing about the cluster. Its other errors do: the cluster is gone, or closed to us.
      return error instanceof ScalingError && !/^azure-(unreachable|throttled)$/.test(error.code) ? error : undefined
    }
  }

  return {
    advice: source.advice,
    async access(failed) {
      if (failed?.because === 'unreachable') {
        if (look === undefined || now() >= look.until) look = { verdict: lookAgain(), until: now() + lookAgainAfterMs }
        const verdict = await look.verdict
        if (verdict !== undefined) throw verdict
      }
      place ??= findPlace()
      const refused = failed?.because === 'refused' ? failed.access.authorization?.replace('Bearer ', '') : undefined
      const [where, token] = await Promise.all([place, source.token(refused)])
      // The transport recognizes an access by its object, so it stays the same for as long as nothing changes.
      if (composed?.place !== where || composed.token !== token) {
        composed = { place: where, token, access: { ...where, authorization: `Bearer ${token}` } }
      }
      return composed.access
    },
  }
}

async function placeOf(kubeconfig: string): Promise<Place> {
  const { loadKubeConfig } = await import('./kubeConfig.ts')
  const config = loadKubeConfig('the kubeconfig of the AKS cluster', (one) => one.loadFromString(kubeconfig))
  const refuse = (why: string) => new ScalingError('cluster-unauthorized', `The AKS cluster ${why}`)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw refuse('has a kubeconfig that names no cluster, so its API server cannot be found')
  if (config.getCurrentUser()?.exec === undefined) {
    throw refuse(
      'does not sign in its users with Entra ID, so a managed identity cannot be one of them: change that with ' +
        '`az aks update -g <resource group> -n <cluster> --enable-aad`',
    )
  }
  const { server, caData, tlsServerName: servername } = cluster
  if (!server.startsWith('https://'))
    throw refuse(`has the address ${server}, which is not https, and no token is sent without TLS`)
  return { server, tls: { ca: caData && Buffer.from(caData, 'base64'), servername } }
}
