import type { Project, WorkloadsAnswer } from '../api/answers.ts'
import { type Read, useNow, useSurroundings } from '../components/context.ts'
import { Loading } from '../components/Loading.tsx'
import { Sentence } from '../components/Sentence.tsx'
import { clockTime, withClockTimes } from '../view/times.ts'

/** The workloads of a project, and what each was if it sleeps. */
export function Workloads({ read: { answer, refused }, project }: { read: Read<WorkloadsAnswer>; project: Project }) {
  const { words, reader } = useSurroundings()
  const now = useNow(30_000)
  const leftOut = new Map(
    project.left_out.map(({ kind, namespace, name, why }) => [`${kind} ${namespace} ${name}`, why]),
  )
  return (
    <section class="card wide">
      <h3>{words.workloadsTitle}</h3>
      {answer === undefined && <Loading refused={refused} />}
      {answer?.workloads.length === 0 && <p class="soft">{words.noWorkloads}</p>}
      {answer?.unread.map((sentence) => (
        <p key={sentence}>
          <Sentence>{sentence}</Sentence>
        </p>
      ))}
      {answer && answer.workloads.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.state}</th>
              <th scope="col" class="number">
                {words.replicas}
              </th>
              <th scope="col">{words.record}</th>
            </tr>
          </thead>
          <tbody>
            {answer.workloads.map((workload) => {
              const { kind, namespace, name, status, ready_replicas, desired_replicas, original_replicas } = workload
              const { scaling_reason: reason, scaled_by: by, scaled_at: at } = workload
              const record = [
                original_replicas !== undefined && words.original(original_replicas),
                at && clockTime(at, now, reader),
                by && words.by(by),
              ].filter(Boolean)
              const why = leftOut.get(`${kind} ${namespace} ${name}`)
              return (
                <tr key={`${kind} ${namespace} ${name}`}>
                  <th scope="row">
                    {name} <small>{project.namespaces.length > 1 ? `${kind} · ${namespace}` : kind}</small>
                  </th>
                  <td>{words.statuses[status]}</td>
                  <td class="number">
                    {ready_replicas}/{desired_replicas}
                  </td>
                  <td>
                    {record.join(' · ')}
                    {reason && record.length > 0 && ' · '}
                    {reason && by === 'schedule' && <Sentence>{`“${reason}”`}</Sentence>}
                    {reason && by !== 'schedule' && `“${withClockTimes(reason, now, reader)}”`}
                    {why && (
                      <small>
                        {words.leftOut}: <Sentence>{why}</Sentence>
                      </small>
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}
