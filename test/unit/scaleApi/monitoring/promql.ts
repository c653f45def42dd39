import { parser } from '@prometheus-io/lezer-promql'

/** What a PromQL expression relies on: the samples that it selects, each with its labels, and the labels it groups by. */
export interface Reliance {
  samples: { name: string; labels: string[] }[]
  groupedBy: string[]
}

type SyntaxNode = ReturnType<typeof parser.parse>['topNode']

/** @throws Error when the expression cannot be parsed */
export function relianceOf(expression: string): Reliance {
  const reliance: Reliance = { samples: [], groupedBy: [] }
  const text = ({ from, to }: { from: number; to: number }) => expression.slice(from, to)
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`${expression}\n${' '.repeat(node.from)}^ cannot be parsed`)
      if (node.name === 'VectorSelector') {
        const name = node.node.getChild('Identifier')
        if (name === null) throw new Error(`${text(node)} selects without a name`)
        reliance.samples.push({ name: text(name), labels: labelsIn(node.node).map(text) })
      }
      if (node.name === 'GroupingLabels') reliance.groupedBy.push(...labelsIn(node.node).map(text))
    },
  })
  return reliance
}

function labelsIn(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  node.cursor().iterate((inner) => {
    if (inner.name === 'LabelName') found.push(inner.node)
  })
  return found
}
