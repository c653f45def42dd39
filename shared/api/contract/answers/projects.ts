import { z } from '@hono/zod-openapi'
import { projectStates, workloadStates } from '../../../scaling/index.ts'
import { count, dryRun, progress, result, time, wakingPods } from './fields.ts'
import { ProjectNodesBody } from './nodePools.ts'
import { TimerBody } from './timers.ts'

/** The settings by which Argo CD leaves sleepers alone, as merge patches. */
const ArgoCd = z
  .object({
    applications: z.array(z.string()).openapi({ description: 'The first 20, of those that its workloads name.' }),
    settings: z.object({
      application: z
        .object({
          spec: z.object({
            ignoreDifferences: z.array(
              z.object({ group: z.string(), kind: z.string(), managedFieldsManagers: z.array(z.string()) }),
            ),
            syncPolicy: z.object({ syncOptions: z.array(z.string()) }),
          }),
        })
        .openapi({ description: 'Of each Application. Lists that are there already must be kept.' }),
      instance: z
        .object({ data: z.record(z.string(), z.string()) })
        .openapi({ description: 'Of the ConfigMap `argocd-cm`, instead of `ignoreDifferences` of each Application.' }),
    }),
  })
  .openapi('ArgoCd')

/** A time in which a project sleeps or is awake. */
export const Interval = z.object({ state: z.enum(['asleep', 'awake']), from: time, to: time })

const Transitions = z.object({ scale_down: time.optional(), scale_up: time.optional() })

export const HolidaysBody = z
  .object({
    country: z.string().openapi({ example: 'JP' }),
    known_until: z.int().openapi({ description: 'The last year of which they are known.', example: 2031 }),
    source: z.string().openapi({ description: 'From where they are, and under which licence.' }),
  })
  .openapi('Holidays', { description: 'The public holidays on which the project is not woken.' })

const WakingBody = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  ...progress,
  pods: wakingPods.pods.optional().openapi({
    description:
      'Only in the answer about one project: the first 20, the least advanced first, and no more than 200 of a project.',
  }),
  more_pods: wakingPods.more_pods,
})

/** A project as people and the Portal see it. */
export const ProjectBody = z
  .object({
    name: z.string(),
    may: z.enum(['read', 'change']).openapi({
      description:
        'What whoever asks may do with it: with `read` everything that changes it is refused, but no dry run.',
    }),
    state: z.enum(projectStates).openapi({
      description:
        'Its state in one word. `going-to-sleep`: put to zero, and something still runs; `held`: something holds a node; ' +
        '`put-back`: somebody else has raised its workloads again; `faulty`: its schedule cannot be used; ' +
        '`excluded`, `suspended`: awake, and its schedule does not act.',
    }),
    since: time.optional().openapi({ description: 'Since when it is in this state, where that is known.' }),
    next: z
      .object({ action: z.enum(['scale-down', 'scale-up']), at: time, because: z.string() })
      .optional()
      .openapi({ description: 'The next transition that wakes it or puts it to sleep, in the next 14 days, and why.' }),
    intervals: z
      .array(Interval)
      .openapi({ description: 'How it is in the 48 hours from the beginning of this one, as its schedule has it.' }),
    namespaces: z.array(z.string()),
    node_pool: z.string().optional(),
    nodes: ProjectNodesBody,
    schedule: z.object({
      scale_down: z.array(z.string()),
      scale_up: z.array(z.string()),
      time_zone: z.string(),
      from: z
        .enum(['settings', 'namespace'])
        .openapi({ description: '`namespace`: an annotation says a part of it, whatever the settings say.' }),
    }),
    last_transitions: Transitions.openapi({ description: 'The transitions last applied.' }),
    next_transitions: Transitions,
    workloads: z.object({
      active: count.openapi({ description: 'Running as wanted.' }),
      scaling: count.openapi({ description: 'Not yet as wanted.' }),
      asleep: count.openapi({ description: 'Put to zero by this service.' }),
      inactive: count.openapi({ description: 'At zero, not by this service.' }),
    }),
    waking: z
      .array(WakingBody)
      .openapi({ description: 'How far each workload has come that is scaling up, the least advanced first.' }),
    left_out: z
      .array(z.object({ kind: z.string(), namespace: z.string(), name: z.string(), why: z.string() }))
      .openapi({ description: 'The workloads that a scale-down of the project leaves awake, each with the reason.' }),
    argo_cd: ArgoCd.optional().openapi({ description: 'Where Argo CD applies its workloads: what it must be told.' }),
    excluded: z
      .string()
      .optional()
      .openapi({ description: 'The reason why its schedule does not put it to zero at the moment.' }),
    exceptions: z
      .array(
        z.object({
          exception: z.enum(['awake-until', 'asleep-until', 'skip', 'days-off', 'holidays', 'suspend', 'enforce']),
          value: z.string(),
          of: z.enum(['project', 'all']),
          by: z.string().optional(),
          reason: z.string().optional(),
        }),
      )
      .openapi({ description: 'By what it departs from its schedule, without what is past.' }),
    holidays: HolidaysBody.optional(),
    faults: z
      .array(z.string())
      .openapi({ description: 'Settings and annotations that cannot be used, and workloads too many to be read.' }),
  })
  .openapi('ProjectStatus')

export const ProjectAnswer = z
  .object({ status: z.literal('success'), project: ProjectBody, timestamp: time })
  .openapi('ProjectAnswer')

export const ProjectsAnswer = z
  .object({
    status: z.literal('success'),
    projects: z.array(ProjectBody),
    timers: z.array(TimerBody).openapi({ description: 'The timers that apply the schedules.' }),
    timestamp: time,
  })
  .openapi('ProjectsAnswer')

/** A workload of a project, and its record if it sleeps. */
const WorkloadBody = z
  .object({
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
    status: z.enum(workloadStates),
    desired_replicas: count,
    ready_replicas: count,
    original_replicas: count.optional().openapi({ description: 'The replicas that it has when it is awake.' }),
    scaling_reason: z.string().optional(),
    scaled_by: z.string().optional(),
    scaled_at: time.optional(),
    scheduled_scale_up: time.optional(),
  })
  .openapi('ProjectWorkload')

export const WorkloadsAnswer = z
  .object({
    status: z.literal('success'),
    project: z.string(),
    workloads: z.array(WorkloadBody),
    unread: z.array(z.string()).openapi({ description: 'A sentence for each listing that was too large to be read.' }),
    timestamp: time,
  })
  .openapi('ProjectWorkloads')

/** The outcome for one workload of a project. */
export const SweptWorkload = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  result,
  previous_replicas: count.optional().openapi({ description: 'Absent where the object says no count.' }),
  target_replicas: count.optional(),
  why: z.string().optional(),
})

/** The answer to a request that scales a project: one outcome for each workload. */
export const Swept = z
  .object({
    status: z.literal('success'),
    message: z.string().openapi({ example: 'Project project-a scaled to zero: 3 changed, 1 skipped' }),
    dry_run: dryRun,
    project: z.string(),
    workloads: z.array(SweptWorkload),
    timestamp: time,
  })
  .openapi('Swept')
