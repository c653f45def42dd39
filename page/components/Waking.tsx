import type { Waking as Progress, Project } from '../api/answers.ts'
import { clockTime, lengthOf } from '../view/times.ts'
import { useSurroundings } from './context.ts'

const steps: Progress['stage'][] = ['waiting-for-node', 'node-starting', 'pulling-image', 'starting', 'ready']

/** The step that a stage is shown at: before its Pod has a node, a workload is at the first one. */
const stepOf = (stage: Progress['stage']): number => Math.max(0, steps.indexOf(stage))

/** How far each workload has come that is on its way up. */
export function Waking({ waking, now }: { waking: Project['waking']; now: number }) {
  const { words, reader } = useSurroundings()
  return (
    <section class="card waking" aria-live="polite">
      <h3>{words.waking}</h3>
      {waking.map(({ kind, namespace, name, stage, since, why }) => (
        <div key={`${kind} ${namespace} ${name}`}>
          <p>
            <b>{name}</b> <span class="soft">{kind}</span> · {words.stages[stage]}{' '}
            <time dateTime={since} title={clockTime(since, now, reader)}>
              {lengthOf(now - Date.parse(since), reader.language)}
            </time>
          </p>
          <ol class="steps" aria-hidden="true">
            {steps.map((step, index) => (
              <li key={step} class={index < stepOf(stage) ? 'done' : index === stepOf(stage) ? 'on' : ''}>
                {words.stages[step]}
              </li>
            ))}
          </ol>
          {why && <p class="hold">{why}</p>}
        </div>
      ))}
    </section>
  )
}
