// A module of its own, so that it can be imported lazily; and not by the package's index, which would bring the whole
// generated API.
export { KubeConfig } from '@kubernetes/client-node/dist/config.js'
