import { useState } from 'preact/hooks'
import type { Project } from '../api/answers.ts'
import { useSurroundings } from './context.ts'

/** The nodes of a project, and what holds those that should be gone. */
export function Nodes({ nodes }: { nodes: Project['nodes'] }) {
  const { words } = useSurroundings()
  return (
    <section class="card">
      <h3>{nodes.should_be_asleep && nodes.nodes.length > 0 ? words.whyNode : words.nodes}</h3>
      {nodes.unknown ? <p>{nodes.unknown}</p> : nodes.nodes.length === 0 && <p class="soft">{words.noNodes}</p>}
      {nodes.guess && <p class="soft">{nodes.guess}</p>}
      <ul class="nodes">
        {nodes.nodes.map(({ name, ready, blockers, explanation }) => (
          <li key={name} class={blockers.length > 0 ? 'hold' : ''}>
            <b>{name}</b> <span class="soft">{ready ? words.nodeReady : words.nodeNotReady}</span>
            {explanation && <p>{explanation}</p>}
            {blockers.map(({ message, object, command }) => (
              <Blocked
                key={`${object.kind} ${object.namespace} ${object.name} ${message}`}
                message={message}
                command={command}
              />
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What holds a node, and the command that lifts it, which can be copied. */
function Blocked({ message, command }: { message: string; command: string }) {
  const { words } = useSurroundings()
  const [isCopied, setCopied] = useState(false)
  return (
    <>
      <p>{message}</p>
      <p class="command">
        <code>{command}</code>
        <button type="button" onClick={() => navigator.clipboard.writeText(command).then(() => setCopied(true))}>
          <span role="status">{isCopied ? words.copied : words.copy}</span>
        </button>
      </p>
    </>
  )
}
