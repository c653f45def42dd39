/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/ */
export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[]
}

/** The selector as a query has it, and as `kubectl get -l` does: `app=web,tier in (a,b),!canary`. */
export const labelSelectorOf = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string =>
  [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...matchExpressions.map(requirement)].join()

function requirement({ key, operator, values = [] }: NonNullable<LabelSelector['matchExpressions']>[number]): string {
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
