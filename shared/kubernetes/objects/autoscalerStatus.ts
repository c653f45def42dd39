import { z } from 'zod'
import type { AutoscalerStatus, NodeGroup } from '../../scaling/index.ts'

/** The parts of the ConfigMap kube-system/cluster-autoscaler-status that we read. */
export interface StatusConfigMap {
  metadata: { annotations?: Record<string, string> }
  data?: { status?: string }
}

const lastUpdated = 'cluster-autoscaler.kubernetes.io/last-updated'

/**
 * Reads the status that the autoscaler writes. Since Kubernetes 1.30 it is YAML; before, it was text for people. The
 * first line tells them apart. A status that is neither has no groups.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/clusterstate/utils/status.go
 */
export async function autoscalerStatusOf({ metadata, data }: StatusConfigMap): Promise<AutoscalerStatus> {
  const status = data?.status ?? ''
  const isText = status.startsWith('Cluster-autoscaler status at')
  return {
    updatedAt: timeOf(metadata.annotations?.[lastUpdated]),
    groups: isText ? groupsOfText(status) : await groupsOfYaml(status),
  }
}

/**
 * ISO 8601 from Go's `2006-01-02 15:04:05.999999999 -0700 MST`. The fraction has any number of digits, or is missing.
 */
function timeOf(text = ''): string | undefined {
  const [, day, time, fraction = '', offset = ''] = /^(\S+) ([\d:]{8})(\.\d+)? ([+-]\d{4})\b/.exec(text) ?? []
  if (day === undefined) return undefined
  const parsed = new Date(`${day}T${time}${fraction.slice(0, 4)}${offset.slice(0, 3)}:${offset.slice(3)}`)
  return Number.isNaN(parsed.getTime()) ? undefined : parsed.toISOString()
}

// One of the two marshallers in use drops zeros, the other writes null for a time. So every field may be missing.
const count = z.number().catch(0)
const word = z.string().catch('')
const Groups = z
  .object({
    nodeGroups: z.array(
      z.object({
        name: z.string(),
        health: z.object({ status: word, minSize: count, maxSize: count }),
        scaleUp: z.object({
          status: word,
          backoffInfo: z.object({ errorCode: word, errorMessage: word }).catch({ errorCode: '', errorMessage: '' }),
        }),
        scaleDown: z.object({ candidates: count }),
      }),
    ),
  })
  .catch({ nodeGroups: [] })

async function groupsOfYaml(status: string): Promise<NodeGroup[]> {
  // The import waits until there is something to read, so a cold start does without it.
  const { load } = await import('./yaml.ts')
  let parsed: unknown
  try {
    parsed = load(status)
  } catch {
    return []
  }
  return Groups.parse(parsed).nodeGroups.map(({ name, health, scaleUp, scaleDown }) => ({
    name,
    health: health.status,
    minSize: health.minSize,
    maxSize: health.maxSize,
    scaleUp: scaleUp.status,
    backoff: [scaleUp.backoffInfo.errorCode, scaleUp.backoffInfo.errorMessage].filter(Boolean).join(': ') || undefined,
    candidates: scaleDown.candidates,
  }))
}

/** Each group begins with its name. Its lines are a word, the state and, in parentheses, counts. */
function groupsOfText(status: string): NodeGroup[] {
  const [, ...groups] = status.split(/^ *Name: +/m)
  return groups.map((group) => {
    const state = (of: string) => new RegExp(`^ *${of}: +(\\w+)`, 'm').exec(group)?.[1] ?? ''
    const number = (of: string) => Number(new RegExp(`\\b${of}=(\\d+)`).exec(group)?.[1] ?? 0)
    return {
      name: /^\S*/.exec(group)?.[0] ?? '',
      health: state('Health'),
      minSize: number('minSize'),
      maxSize: number('maxSize'),
      scaleUp: state('ScaleUp'),
      // The text does not say why.
      backoff: undefined,
      candidates: number('candidates'),
    }
  })
}
