import type { Change } from './change.ts'

/** A template that is made from a manifest of scale-api/manifests/. */
export interface Template {
  manifest: string
  /** Only where this holds; otherwise always. */
  when?: string
  changes?: Change[]
}

const env = `env:
  {{- range $name, $value := .Values.settings }}
  {{- if ne (toString $value) "" }}
  - name: {{ $name }}
    value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}
  {{- end }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent INDENT }}
  {{- end }}`

const envFrom = `{{- if ne (toString .Values.settings.API_AUTH) "none" }}
envFrom:
  - secretRef:
      name: {{ include "aks-scale-to-zero.keys" . }}
{{- end }}`

const nodeSelector = `{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent INDENT }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent INDENT }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent INDENT }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}`

const furtherPeers = `            matchLabels:
              aks-scale-to-zero/client: "true"
`

/** Each manifest as a template of the chart. What is not changed is the same in both. */
export const templates: readonly Template[] = [
  {
    manifest: '00-namespace.yaml',
    when: '.Values.namespace.create',
    changes: [
      {
        text: `    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/warn: restricted
`,
        becomes: `    {{- with .Values.namespace.podSecurity }}
    pod-security.kubernetes.io/enforce: {{ . }}
    pod-security.kubernetes.io/warn: {{ . }}
    {{- end }}
`,
      },
    ],
  },
  { manifest: 'admission-policy.yaml', when: '.Values.admissionPolicies.create' },
  {
    manifest: 'deployment.yaml',
    changes: [
      { key: 'replicas', value: 'replicas' },
      { text: 'the Secret scale-api-keys.', becomes: 'the Secret {{ include "aks-scale-to-zero.keys" . }}.' },
      {
        text: `      labels: *labels
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/path: /metrics
        prometheus.io/port: "8080"
`,
        becomes: `      labels:
        app.kubernetes.io/name: scale-api
        app.kubernetes.io/part-of: aks-scale-to-zero
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`,
      },
      { text: 'labels: &labels', becomes: 'labels:' },
      { key: 'tolerations', value: 'tolerations' },
      {
        text: `      # It runs on the system pool only: on a project's pool it would keep the node alive that it is meant to free.
`,
        becomes: '',
      },
      { key: 'nodeSelector', becomes: nodeSelector },
      { key: 'topologySpreadConstraints', value: 'topologySpreadConstraints' },
      {
        text: `          # Built from scale-api/Dockerfile; put the name of your registry here.
          image: scale-api:latest
`,
        becomes: `          image: {{ include "aks-scale-to-zero.image" . }}
`,
      },
      { key: 'imagePullPolicy', value: 'image.pullPolicy' },
      { key: 'env', becomes: env },
      { key: 'envFrom', becomes: envFrom },
      { key: 'resources', value: 'resources' },
    ],
  },
  { manifest: 'leases.yaml', when: '.Values.leases.create' },
  {
    manifest: 'networkpolicy.yaml',
    when: '.Values.networkPolicy.enabled',
    changes: [
      {
        text: furtherPeers,
        becomes: `${furtherPeers}        {{- with .Values.networkPolicy.from }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
`,
      },
      {
        text: `    # The API server. AKS gives it an address of its own, which is not known here: add \`to: [{ipBlock: {cidr: ...}}]\` to
    # allow that address alone. 443 is its port on AKS, 6443 elsewhere.
    - ports:
`,
        becomes: `    # The API server. 443 is its port on AKS, 6443 elsewhere.
    - {{- with .Values.networkPolicy.apiServerCIDRs }}
      to:
        {{- range . }}
        - ipBlock: { cidr: {{ quote . }} }
        {{- end }}
      {{- end }}
      ports:
`,
      },
    ],
  },
  { manifest: 'poddisruptionbudget.yaml', when: '.Values.podDisruptionBudget.enabled' },
  { manifest: 'rbac.yaml' },
  {
    manifest: 'service.yaml',
    changes: [
      {
        text: `    app.kubernetes.io/part-of: aks-scale-to-zero
spec:
`,
        becomes: `    app.kubernetes.io/part-of: aks-scale-to-zero
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
`,
      },
    ],
  },
  {
    manifest: 'serviceaccount.yaml',
    changes: [
      {
        text: `    app.kubernetes.io/part-of: aks-scale-to-zero
`,
        becomes: `    app.kubernetes.io/part-of: aks-scale-to-zero
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
`,
      },
    ],
  },
]
