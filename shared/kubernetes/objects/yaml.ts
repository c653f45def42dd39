// This is a module of its own for the same reason as kubeConfig.ts.
export { load } from 'js-yaml'
