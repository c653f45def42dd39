/**
 * Selects by labels, as Kubernetes objects do.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export interface LabelSelector {
  matchLabels?: Record<string, string> | undefined
  matchExpressions?: LabelExpression[] | undefined
}

/** One requirement of a selector; `values` with `In` and `NotIn`. */
export interface LabelExpression {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  values?: string[] | undefined
}

/** Whether labels meet every requirement of a selector; an empty selector selects everything. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean =>
  hasLabels(labels, matchLabels) && matchExpressions.every((expression) => meets(labels, expression))

/** Whether labels have all of the wanted ones, as a Pod's `nodeSelector` asks of a node. */
export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value)

type Labels = Record<string, string>

function meets(labels: Labels, { key, operator, values = [] }: LabelExpression): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}
