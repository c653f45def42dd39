import { createTransport, kubeconfigConnection } from '../../shared/kubernetes/index.ts'
import { HostError } from '../functionsHost/index.ts'

const timeoutMs = 5000
const elapsed = () => performance.now()

/**
 * Asks the cluster of a kubeconfig for its version, in the way of the hosts. `described` is the cluster for a person.
 * @throws HostError with the address and the cause, before a person waits for a host that can do nothing
 */
export async function reachCluster(kubeconfig: string, described: string): Promise<void> {
  const transport = createTransport({
    connection: kubeconfigConnection(kubeconfig, elapsed),
    timeoutMs,
    maxSockets: 1,
    maxWatches: 1,
    userAgent: 'aks-scale-to-zero',
    random: Math.random,
    elapsed,
  })
  try {
    await transport.call({ verb: 'get', path: '/version', signal: AbortSignal.timeout(timeoutMs) })
  } catch (cause) {
    throw new HostError(`The cluster ${described} cannot be used: ${causeOf(cause)}.`, { cause })
  } finally {
    await transport.close()
  }
}

const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused; check that it runs at that address',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of its host cannot be looked up; check the network',
  EHOSTUNREACH: 'there is no way to that address; check the network and the VPN',
  ENETUNREACH: 'there is no way to that address; check the network and the VPN',
  ETIMEDOUT: 'no answer; check the network and the VPN',
  TimeoutError: `no answer within ${timeoutMs / 1000} s; check the network and the VPN`,
  UND_ERR_CONNECT_TIMEOUT: `no answer within ${timeoutMs / 1000} s; check the network and the VPN`,
}

/** The first cause in a person's words, or in its own: a refusal, a certificate, or how the kubeconfig signs in. */
function causeOf(error: unknown): string {
  const { message, name, code, cause } = error as NodeJS.ErrnoException & { cause?: unknown }
  return words[code ?? name] ?? (cause === undefined ? message.trim().replace(/\.$/, '') : causeOf(cause))
}
