import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
  const folder = mkdtempSync(join(tmpdir(), 'helm-'))
  mkdirSync(join(folder, 'chart', 'templates'), { recursive: true })
  writeFileSync(join(folder, 'chart', 'Chart.yaml'), chart)
  writeFileSync(join(folder, 'chart', 'templates', 'deployment.yaml'), deployment)
  const { PATH } = process.env
  // Without these, Helm would read and write a developer's own folders.
  const own = { HOME: folder, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder }
  const run = (command: string, values: Values, flags: string[]) => {
    const set = Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    const args = [command, name, join(folder, 'chart'), '--namespace', namespace, ...set, ...flags]
    return new Promise<{ code: number; output: string }>((resolve) => {
      execFile(helm, args, { env: { PATH, KUBECONFIG: kubeconfig, ...own } }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      )
    })
  }
  return {
    install: (values: Values, ...flags: string[]) => run('install', values, flags),
    upgrade: (values: Values, ...flags: string[]) => run('upgrade', values, flags),
    /** Removes the chart; the release goes with its namespace. */
    remove: () => rmSync(folder, { recursive: true }),
  }
}
