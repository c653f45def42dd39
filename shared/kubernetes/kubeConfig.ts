// A module of its own, so that it can be imported lazily and the bundler still drops the rest of the package.
export { KubeConfig } from '@kubernetes/client-node'
