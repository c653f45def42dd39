{{/* The Secret with the keys of the API. */}}
{{- define "aks-scale-to-zero.keys" -}}
{{ default "scale-api-keys" .Values.keys.existingSecret }}
{{- end }}

{{/* The image, by its digest or by its tag. */}}
{{- define "aks-scale-to-zero.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{/* The labels of what only the chart has. */}}
{{- define "aks-scale-to-zero.labels" -}}
app.kubernetes.io/name: scale-api
app.kubernetes.io/part-of: aks-scale-to-zero
{{- end }}
