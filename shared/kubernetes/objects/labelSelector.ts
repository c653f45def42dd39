import type { LabelExpression, LabelSelector } from '../../scaling/index.ts'

/** The selector as text, for a query or `kubectl get -l`: `app=web,tier in (a,b),!canary`. */
export const labelSelectorOf = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string =>
  [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...matchExpressions.map(requirement)].join()

function requirement({ key, operator, values = [] }: LabelExpression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join()})`
    case 'NotIn':
      return `${key} notin (${values.join()})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
  }
}
