import type { Project, Waking as Woken } from '../api/answers.ts'
import { useSurroundings } from '../components/context.ts'
import { Sentence } from '../components/Sentence.tsx'
import { clockTime, lengthOf } from '../view/times.ts'

type Stage = Woken['stage']

const steps: Stage[] = ['waiting-for-node', 'node-starting', 'pulling-image', 'starting', 'ready']

/** The step that a stage is shown at: before its Pod has a node, a workload is at the first one. */
const stepOf = (stage: Stage): number => Math.max(0, steps.indexOf(stage))

const mostShown = 20
// A node takes minutes to come, and a Pod that waits for it meanwhile is no trouble.
const stuckAfterMs = 5 * 60_000

interface At {
  now: number
}

/** How far each workload has come that is on its way up, and beneath it its Pods. The stuck ones are open. */
export function Waking({ waking, now }: At & { waking: Project['waking'] }) {
  const { words } = useSurroundings()
  return (
    <section class="card waking">
      <h3>{words.waking}</h3>
      {waking.slice(0, mostShown).map((one, index) => (
        <Workload key={`${one.kind} ${one.namespace} ${one.name}`} waking={one} isFirst={index === 0} now={now} />
      ))}
      {waking.length > mostShown && <p class="soft">{words.workloadsMore(waking.length - mostShown)}</p>}
    </section>
  )
}

function Workload({ waking, isFirst, now }: At & { waking: Woken; isFirst: boolean }) {
  const { words } = useSurroundings()
  const { kind, name, stage, why, pods = [], more_pods: more = 0 } = waking
  return (
    <details open={isFirst || why !== undefined}>
      <summary>
        <b>{name}</b> <span class="soft">{kind}</span> · <StageSince told={waking} now={now} />
      </summary>
      <ol class="steps" aria-hidden="true">
        {steps.map((step, index) => (
          <li key={step} class={index < stepOf(stage) ? 'done' : index === stepOf(stage) ? 'on' : ''}>
            {words.stages[step]}
          </li>
        ))}
      </ol>
      {why && !pods.some((pod) => pod.why === why) && (
        <p class={isStuck(waking, now) ? 'hold' : ''}>
          <Sentence>{why}</Sentence>
        </p>
      )}
      <ul class="pods">
        {pods.map((pod) => (
          <li key={pod.name} class={isStuck(pod, now) ? 'hold' : ''}>
            {pod.name}{' '}
            <span class="soft">
              <StageSince told={pod} now={now} />
              {pod.node && ` · ${words.onNode(pod.node)}`}
              {pod.waits_for && ` · ${words.waitsFor(pod.waits_for)}`}
            </span>
            {pod.why && (
              <p>
                <Sentence>{pod.why}</Sentence>
              </p>
            )}
          </li>
        ))}
        {more > 0 && <li class="soft">{words.podsMore(more)}</li>}
      </ul>
    </details>
  )
}

const isStuck = ({ stage, why, since }: Pick<Woken, 'stage' | 'why' | 'since'>, now: number): boolean =>
  why !== undefined && (stage !== 'waiting-for-node' || now - Date.parse(since) > stuckAfterMs)

/** A stage, which is spoken when it changes, and for how long it has lasted. */
function StageSince({ told: { stage, since }, now }: At & { told: Pick<Woken, 'stage' | 'since'> }) {
  const { words, reader } = useSurroundings()
  return (
    <>
      <span role="status">{words.stages[stage]}</span>{' '}
      <time dateTime={since} title={clockTime(since, now, reader)}>
        {lengthOf(now - Date.parse(since), reader.language)}
      </time>
    </>
  )
}
