/** A condition of an alert on logs. */
export interface AlertQuery {
  query: string
  /** The columns by which it tells one alert from another. */
  dimensions: string[]
}

interface LogAlert {
  criteria: { allOf: { query: string; dimensions?: { name: string }[] }[] }
}

/** The conditions of a scheduledQueryRules resource. */
export const alertQueriesOf = (properties: unknown): AlertQuery[] =>
  (properties as LogAlert).criteria.allOf.map(({ query, dimensions = [] }) => ({
    query,
    dimensions: dimensions.map(({ name }) => name),
  }))

interface MetricAlert {
  criteria: { allOf?: { metricNamespace: string; metricName: string }[] }
}

/** The metrics of a metricAlerts resource. One about an availability test names none. */
export const alertMetricsOf = (properties: unknown): { namespace: string; metric: string }[] =>
  ((properties as MetricAlert).criteria.allOf ?? []).map(({ metricNamespace, metricName }) => ({
    namespace: metricNamespace,
    metric: metricName,
  }))

/**
 * The metrics of the cluster autoscaler that Azure collects.
 * https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-containerservice-managedclusters-metrics
 * (2026-07-31)
 */
export const autoscalerMetrics = [
  'cluster_autoscaler_cluster_safe_to_autoscale',
  'cluster_autoscaler_scale_down_in_cooldown',
  'cluster_autoscaler_unneeded_nodes_count',
  'cluster_autoscaler_unschedulable_pods_count',
]
