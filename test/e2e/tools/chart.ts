import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHelm } from './runHelm.ts'

const chart = 'apiVersion: v2\nname: web\nversion: 0.1.0\n'
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
        version: {{ .Values.version | quote }}
    spec:
      nodeSelector:
        nowhere: "true"
      containers:
        - name: app
          image: registry.k8s.io/pause:3.10
`

type Values = { replicas: number; version: number }
type Where = { kubeconfig: string; namespace: string }

/** A release of a small chart, with one Deployment of the release's name, as a person installs and upgrades it. */
export function createRelease(helm: string, name: string, { kubeconfig, namespace }: Where) {
  const { folder, run: runHelm, remove } = createHelm(helm, kubeconfig)
  mkdirSync(join(folder, 'chart', 'templates'), { recursive: true })
  writeFileSync(join(folder, 'chart', 'Chart.yaml'), chart)
  writeFileSync(join(folder, 'chart', 'templates', 'deployment.yaml'), deployment)
  const run = async (command: string, values: Values, flags: string[]) => {
    const set = Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    const chartOf = [name, join(folder, 'chart'), '--namespace', namespace]
    const { code, output } = await runHelm(command, ...chartOf, ...set, ...flags)
    return { code, output }
  }
  return {
    install: (values: Values, ...flags: string[]) => run('install', values, flags),
    upgrade: (values: Values, ...flags: string[]) => run('upgrade', values, flags),
    /** Removes the chart; the release goes with its namespace. */
    remove,
  }
}
