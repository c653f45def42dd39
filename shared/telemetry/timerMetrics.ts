import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Heartbeat, Observation } from '../scaling/index.ts'

/** The metrics of the timers of a host, and of what they see. */
export interface TimerMetrics {
  /** Tells that these timers run in this host: their counts begin at 0, so that the first failure is an increase. */
  timersRun(timers: readonly string[]): void
  /** One run of a timer, with the transitions that it came to. */
  timerRun(run: { timer: string; result: 'succeeded' | 'failed'; seconds: number; transitions: Transition[] }): void
  /** Counts what the domain has observed. */
  observed(observation: Observation): void
  /** Asks for the heartbeats whenever somebody asks for the metrics. */
  heartbeats(read: () => Promise<Heartbeat[]>): void
}

interface Transition {
  action: string
  outcome: string
}

// From an idle run to the limit of one.
const runBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
// An autoscaler takes minutes, and what holds a node may hold it for hours.
const goneBuckets = [1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480].map((minutes) => minutes * 60)

/** The metrics of the timers, in this registry. */
export function createTimerMetrics(registry: Registry): TimerMetrics {
  const registers = [registry]
  const runs = new Histogram({
    name: 'timer_run_duration_seconds',
    help: 'Runs of the timers of this host, by timer and result.',
    labelNames: ['timer', 'result'],
    buckets: runBuckets,
    registers,
  })
  const transitions = new Counter({
    name: 'schedule_transitions_total',
    help: 'Transitions of schedules, by action and outcome: applied, skipped or failed.',
    labelNames: ['action', 'outcome'],
    registers,
  })
  const sweeps = new Histogram({
    name: 'sweep_duration_seconds',
    help: 'Sweeps of projects, by action.',
    labelNames: ['action'],
    buckets: runBuckets,
    registers,
  })
  const gone = new Histogram({
    name: 'nodes_gone_duration_seconds',
    help: 'The time from a scale-down until the nodes of its project were seen gone.',
    buckets: goneBuckets,
    registers,
  })
  const putBacks = new Counter({
    name: 'projects_put_back_total',
    help: 'Projects that something else has put back after their scale-down, each told once.',
    labelNames: ['project'],
    registers,
  })
  const asleep = new Gauge({
    name: 'workloads_asleep',
    help: 'Workloads that this service has put to zero.',
    registers,
  })
  const nodes = new Gauge({
    name: 'nodes_of_sleeping_projects',
    help: 'Nodes of a project that should be asleep, as last seen by this host.',
    labelNames: ['project'],
    registers,
  })

  return {
    timersRun(timers) {
      for (const timer of timers) for (const result of ['succeeded', 'failed']) runs.zero({ timer, result })
      for (const action of ['scale-down', 'scale-up']) {
        sweeps.zero({ action })
        for (const outcome of ['applied', 'skipped', 'failed']) transitions.inc({ action, outcome }, 0)
      }
    },

    timerRun({ timer, result, seconds, transitions: all }) {
      runs.observe({ timer, result }, seconds)
      for (const { action, outcome } of all) transitions.inc({ action, outcome })
    },

    observed(observation) {
      switch (observation.what) {
        case 'swept':
          sweeps.observe({ action: observation.action }, observation.seconds)
          break
        case 'asleep':
          asleep.set(observation.workloads)
          break
        case 'nodes':
          // A project that wakes, in any host, is no longer one that should be asleep.
          nodes.reset()
          for (const { project, nodes: count } of observation.projects) nodes.set({ project }, count)
          break
        case 'nodes-gone':
          gone.observe(observation.minutes * 60)
          break
        case 'put-back':
          putBacks.inc({ project: observation.project })
      }
    },

    heartbeats(read) {
      const gauge = (name: string, help: string, of: (heartbeat: Heartbeat) => number | boolean | undefined) =>
        new Gauge({
          name,
          help,
          labelNames: ['timer'],
          registers,
          async collect() {
            this.reset()
            for (const heartbeat of await read()) {
              const value = of(heartbeat)
              // What nobody can know has no value.
              if (value !== undefined) this.set({ timer: heartbeat.timer }, Number(value))
            }
          },
        })
      gauge(
        'timer_last_run_timestamp_seconds',
        'The end of the last run of a timer that did its work, in any host.',
        ({ lastRun }) => lastRun && lastRun.getTime() / 1000,
      )
      gauge('timer_interval_seconds', 'How often that host runs the timer.', ({ everySeconds }) => everySeconds)
      gauge('timer_silent', '1: the timer has missed two runs.', ({ silent }) => silent)
    },
  }
}
