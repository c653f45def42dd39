// A module of its own, as kubeConfig.ts is.
export { load } from 'js-yaml'
