import { anyObject, flag, group, type JsonSchema, list, text, texts } from './jsonSchema.ts'
import { settingSchemas } from './settings.ts'

const scheduledAway = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.azure.com/mode', operator: 'In', values: ['system'] }] },
        {
          matchExpressions: [
            { key: 'kubernetes.azure.com/mode', operator: 'DoesNotExist' },
            { key: 'karpenter.sh/nodepool', operator: 'DoesNotExist' },
          ],
        },
      ],
    },
  },
}

/** Every value of the chart: its schema, its default and its meaning. values.yaml and its table are written from here. */
export const values: Record<string, JsonSchema> = {
  replicas: {
    type: 'integer',
    minimum: 0,
    default: 2,
    description: 'How many Pods serve the API and run the timers. Timers of several Pods at once are harmless.',
  },
  image: group({
    repository: text({
      pattern: '^[^:@ ]+(:[0-9]+/[^:@ ]+)?$',
      default: 'scale-api',
      description: 'Where you have pushed the image that scale-api/Dockerfile builds, without a tag.',
    }),
    tag: text({ description: 'The tag. When it is empty, it is the version of the chart.' }),
    digest: text({
      pattern: '^(sha256:[0-9a-f]{64})?$',
      description: 'The digest, such as sha256:.... When it is set, the tag does not count.',
    }),
    pullPolicy: text({
      enum: ['Always', 'IfNotPresent', 'Never'],
      default: 'IfNotPresent',
      description: 'When the image is pulled.',
    }),
  }),
  imagePullSecrets: list('Secrets with which the image is pulled, each as `name: ...`.'),
  settings: group(settingSchemas),
  extraEnv: list('Further environment variables of the container, as a Pod has them.'),
  keys: group({
    existingSecret: text({
      description:
        'The Secret of scale-system with API_KEY or API_KEYS. When it is empty, the chart makes scale-api-keys with a random API_KEY and keeps it on upgrade; `helm template`, and so Argo CD, cannot keep it and needs a Secret of yours.',
    }),
  }),
  serviceAccount: group({ annotations: texts('Annotations of the ServiceAccount scale-api-sa.') }),
  podAnnotations: {
    ...texts('Annotations of the Pods.'),
    default: { 'prometheus.io/scrape': 'true', 'prometheus.io/path': '/metrics', 'prometheus.io/port': '8080' },
  },
  podLabels: texts('Further labels of the Pods.'),
  resources: {
    ...anyObject('Requests and limits of the container.'),
    default: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
  },
  nodeSelector: texts('Labels that a node must have to run the Pods.'),
  affinity: {
    ...anyObject(
      'Where the Pods may run. By default: the system pools of AKS and, where nodes have no such label, any node that Karpenter has not made. On a node of a project they would keep the node alive that they are meant to free.',
    ),
    default: scheduledAway,
  },
  tolerations: {
    ...list('Taints that the Pods tolerate.'),
    default: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
  },
  topologySpreadConstraints: {
    ...list('How the Pods are spread over nodes.'),
    default: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'scale-api' } },
      },
    ],
  },
  priorityClassName: text({ description: 'The PriorityClass of the Pods.' }),
  namespace: group({
    create: flag(
      false,
      'Makes the namespace scale-system a part of the release. For tools that make no namespace themselves; `helm install` needs the namespace before the release, and uninstalling would delete it.',
    ),
    podSecurity: text({
      enum: ['restricted', 'baseline', ''],
      default: 'restricted',
      description: 'The Pod Security standard that the namespace enforces, if the chart makes it. Empty: none.',
    }),
  }),
  admissionPolicies: group({
    create: flag(
      true,
      'Makes the admission policies, which limit the fields that a stolen token can change. `false` only where a deployment of the function app has made them.',
    ),
  }),
  leases: group({
    create: flag(
      true,
      'Makes the heartbeats of the timers. `false` only where a deployment of the function app has made them.',
    ),
  }),
  networkPolicy: group({
    enabled: flag(true, 'Limits who reaches the Pods, and whom they reach.'),
    from: list(
      'Further peers that may call the API, as a NetworkPolicy has them, beside namespaces with the label aks-scale-to-zero/client=true.',
    ),
    apiServerCIDRs: list(
      'The addresses of the API server. Without any, the ports 443 and 6443 are open to all addresses.',
      {
        type: 'string',
        pattern: '^[0-9a-fA-F.:]+/[0-9]+$',
      },
    ),
  }),
  podDisruptionBudget: group({
    enabled: flag(true, 'Makes a PodDisruptionBudget, so that a drain takes one Pod at a time.'),
  }),
  service: group({ annotations: texts('Annotations of the Service scale-api.') }),
  serviceMonitor: group({
    enabled: flag(
      false,
      'Makes a ServiceMonitor, for the Prometheus operator. The namespace of Prometheus needs the label aks-scale-to-zero/client=true.',
    ),
    interval: text({
      pattern: '^[0-9]+(ms|s|m|h)$',
      default: '30s',
      description: 'How often the metrics are scraped.',
    }),
    labels: texts('Labels of the ServiceMonitor, by which a Prometheus finds it.'),
  }),
  prometheusRule: group({
    enabled: flag(
      false,
      'Makes a PrometheusRule of the [alert rules](prometheus.md#alerts), for the Prometheus operator.',
    ),
    labels: texts('Labels of the PrometheusRule, by which a Prometheus finds it.'),
  }),
  dashboard: group({
    enabled: flag(
      false,
      'Makes a ConfigMap with the [dashboard](prometheus.md#dashboard), for the sidecar of Grafana.',
    ),
    labels: {
      ...texts('Labels of the ConfigMap, by which the sidecar finds it.'),
      default: { grafana_dashboard: '1' },
    },
  }),
  httpRoute: group({
    enabled: flag(
      false,
      'Makes an HTTPRoute. The namespace of the Pods of the Gateway needs the label aks-scale-to-zero/client=true.',
    ),
    annotations: texts('Annotations of the HTTPRoute.'),
    parentRefs: list('The Gateways that it belongs to.'),
    hostnames: list('Its host names.', { type: 'string' }),
  }),
  ingress: group({
    enabled: flag(
      false,
      'Makes an Ingress. The namespace of the ingress controller needs the label aks-scale-to-zero/client=true.',
    ),
    className: text({ description: 'Its IngressClass.' }),
    annotations: texts('Annotations of the Ingress.'),
    hosts: list('Its host names.', { type: 'string' }),
    tls: list('Its certificates, each as `secretName: ...` with `hosts: [...]`.'),
  }),
}

/** A value by its path, such as `image.tag`. */
export interface Value {
  path: string
  schema: JsonSchema
}

/** All values, in their order. Those of a group are named one by one. */
export const valuesByPath = (schemas = values, prefix = ''): Value[] =>
  Object.entries(schemas).flatMap(([name, schema]) =>
    schema.default === undefined && schema.properties
      ? valuesByPath(schema.properties, `${prefix}${name}.`)
      : [{ path: prefix + name, schema }],
  )

/** The values that hold when nothing is set. */
export const defaults = (schemas = values): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.default === undefined && schema.properties ? defaults(schema.properties) : schema.default,
    ]),
  )

/** The schema with which Helm refuses a value that is unknown or cannot be used. */
export const valuesSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  ...group({
    ...values,
    global: anyObject('What Helm hands to every chart. This chart does not use it.'),
  }),
}
