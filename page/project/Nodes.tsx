import { useRef, useState } from 'preact/hooks'
import type { Project } from '../api/answers.ts'
import { useSurroundings } from '../components/context.ts'
import { Sentence } from '../components/Sentence.tsx'
import { clockTime } from '../view/times.ts'

/** The nodes of a project, and what holds those that should be gone. */
export function Nodes({ nodes, now }: { nodes: Project['nodes']; now: number }) {
  const { words, reader } = useSurroundings()
  return (
    <section class="card">
      <h3>{nodes.should_be_asleep && nodes.nodes.length > 0 ? words.whyNode : words.nodes}</h3>
      {nodes.unknown ? (
        <p>
          <Sentence>{nodes.unknown}</Sentence>
        </p>
      ) : (
        nodes.nodes.length === 0 && <p class="soft">{words.noNodes}</p>
      )}
      {nodes.guess && (
        <p class="soft">
          <Sentence>{nodes.guess}</Sentence>
        </p>
      )}
      <ul class="nodes">
        {nodes.nodes.map(({ name, ready, since, blockers, explanation }) => (
          <li key={name} class={blockers.length > 0 ? 'hold' : ''}>
            <b>{name}</b>{' '}
            <span class="soft">
              {ready ? words.nodeReady : words.nodeNotReady} {since && words.since(clockTime(since, now, reader))}
            </span>
            {explanation && (
              <p>
                <Sentence>{explanation}</Sentence>
              </p>
            )}
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
  const code = useRef<HTMLElement>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command)
      setCopied(true)
    } catch {
      // A page that came without TLS has no clipboard: then the keys of the browser copy what is selected.
      if (code.current) getSelection()?.selectAllChildren(code.current)
    }
  }
  return (
    <>
      <p>
        <Sentence>{message}</Sentence>
      </p>
      <p class="command">
        <code ref={code}>{command}</code>
        <button type="button" aria-label={`${words.copy}: ${command}`} onClick={copy}>
          {words.copy}
        </button>
        <span role="status">{isCopied && words.copied}</span>
      </p>
    </>
  )
}
