import { ScalingError } from '../scaling/index.ts'
import type { Access, Connection } from './connection.ts'

/** What Azure knows of a cluster, as a connection needs it. */
export interface AksSource {
  /** A kubeconfig as `az aks get-credentials --format exec` writes it. */
  kubeconfig(): Promise<string>
  /** A token for the API server; one that was refused is not given again. */
  token(refused?: string): Promise<string>
  /** Why the API server cannot be reached; undefined when nobody knows. */
  explainUnreachable(): Promise<ScalingError | undefined>
  advice: string
}

/** An API server, and the kubeconfig that said where it is. */
interface Place {
  server: string
  tls: Access['tls']
}

// A cluster that is down is down for many calls: Azure, which limits questions, is asked about it this often.
const lookAgainAfterMs = 10_000

/**
 * An AKS cluster with Entra ID: where it is comes from its kubeconfig, whose user, a person with kubelogin, is dropped;
 * who we are is the token of an identity. Where it is is kept until the cluster cannot be reached or shows another
 * certificate, as after it was built anew.
 */
export function aksConnection(source: AksSource, now: () => number): Connection {
  let place: Promise<Place> | undefined
  let look: { verdict: Promise<ScalingError | undefined>; until: number } | undefined
  let composed: { place: Place; token: string; access: Access } | undefined

  function findPlace(): Promise<Place> {
    const found = source.kubeconfig().then(placeOf)
    // What could not be had is not kept: the next call tries again.
    found.catch(() => {
      if (place === found) place = undefined
    })
    return found
  }

  /** Looks up where the cluster is, and if that has not changed, why it is silent. */
  async function lookAgain(): Promise<ScalingError | undefined> {
    const before = await place
    try {
      const found = await findPlace()
      place = Promise.resolve(found)
      const isElsewhere = found.server !== before?.server || String(found.tls.ca) !== String(before?.tls.ca)
      return isElsewhere ? undefined : await source.explainUnreachable()
    } catch (error) {
      // Azure's own troubles say nothing of the cluster; that it is gone, or closed to us, does.
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
      // The same object for as long as nothing changes, by which the transport knows it.
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
  if (cluster === null) throw refuse('has a kubeconfig without a cluster, by which nobody finds it')
  if (config.getCurrentUser()?.exec === undefined) {
    throw refuse(
      'does not sign in its users with Entra ID, so a managed identity cannot be one of them: change that with ' +
        '`az aks update -g <resource group> -n <cluster> --enable-aad`',
    )
  }
  const { server, caData, tlsServerName: servername } = cluster
  if (!server.startsWith('https://')) throw refuse(`has the address ${server}, and no token is sent without TLS`)
  return { server, tls: { ca: caData && Buffer.from(caData, 'base64'), servername } }
}
