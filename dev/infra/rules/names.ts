import type { Finding } from '../finding.ts'
import { fileWith, type Given, isExpression } from './rule.ts'

/** Every id and name is known before the deployment, so that it can be seen what the deployment does. */
export const checkNames = ({ root, snapshot }: Given): Finding[] =>
  snapshot.predictedResources
    .filter(({ id, name }) => isExpression(id) || isExpression(name))
    .map(({ type, id }) => ({
      file: fileWith(root, `'${type}@`),
      message: `the id of a ${type} is known only to Azure, ${id.slice(0, 100)}: make its name of what is known before`,
    }))
