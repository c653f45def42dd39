import type { Finding } from '../finding.ts'
import { fileWith, type Given, ofType } from './rule.ts'

/** azd finds its groups and its services by these tags. */
export function checkTags(given: Given): Finding[] {
  const { root, snapshot } = given
  const taggable = snapshot.predictedResources.filter(({ location }) => location !== undefined)
  const untagged = taggable
    .filter(({ tags = {} }) => tags['azd-env-name'] === undefined)
    .map(({ type, name }) => ({
      file: fileWith(root, `'${type}@`),
      message: `${type} ${name} lacks the tag azd-env-name`,
    }))
  const services = ofType(given, 'Microsoft.Web/sites').map(({ tags = {} }) => tags['azd-service-name'])
  if (services.length === 1 && services[0] === 'functions') return untagged
  const message = 'the function app must have the tag azd-service-name: functions, by which azd finds it'
  return [...untagged, { file: fileWith(root, "'Microsoft.Web/sites@"), message }]
}
