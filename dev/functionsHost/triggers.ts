import { parseNcrontab } from '../../shared/schedule/index.ts'
import type { Binding, RegisteredFunction } from './coreTypes.ts'
import { triggerName } from './invoke.ts'
import type { AuthLevel, Route } from './routes.ts'
import { expandSettings } from './settings.ts'
import type { TimerOptions } from './timer.ts'

/** The routes of the HTTP functions among `functions`; `prefix` is the one in host.json. */
export function readRoutes(functions: RegisteredFunction[], prefix: string): Route[] {
  return functions.flatMap((handler): Route[] => {
    const trigger = triggerOf(handler)
    if (trigger.type !== 'httpTrigger') return []
    const { name } = handler.metadata
    // An empty route is as good as none; the root is '/'.
    const path = trigger.route ? String(trigger.route) : name
    return [
      {
        name,
        template: [prefix, path]
          .map((part) => part.replace(/^\/+|\/+$/g, ''))
          .filter(Boolean)
          .join('/'),
        methods: ((trigger.methods ?? ['GET', 'POST']) as string[]).map((method) => method.toUpperCase()),
        authLevel: String(trigger.authLevel ?? 'function').toLowerCase() as AuthLevel,
        handler,
      },
    ]
  })
}

/**
 * The timer functions among `functions`. One whose schedule cannot be read, or names a setting that is missing, is
 * disabled as in Azure: everything else runs.
 * @param disable takes its name and the reason, for one line of the log
 */
export function readTimers(
  functions: RegisteredFunction[],
  env: NodeJS.ProcessEnv,
  disable: (name: string, why: string) => void,
): (TimerOptions & { handler: RegisteredFunction })[] {
  return functions.flatMap((handler) => {
    const { type, schedule, runOnStartup, useMonitor } = triggerOf(handler)
    if (type !== 'timerTrigger') return []
    const { name } = handler.metadata
    const expression = String(schedule)
    try {
      const parsed = parseNcrontab(expandSettings(expression, env))
      return [
        { name, handler, schedule: parsed, runOnStartup: runOnStartup === true, useMonitor: useMonitor !== false },
      ]
    } catch (error) {
      disable(name, `its schedule ${JSON.stringify(expression)} cannot be used: ${(error as Error).message}`)
      return []
    }
  })
}

/** The URL at which a person calls the function: its template below `origin`, with the key if it requires one. */
export function urlOf({ template, authLevel }: Route, origin: string, key: string): string {
  return `${origin}/${template}${authLevel === 'anonymous' ? '' : `?code=${encodeURIComponent(key)}`}`
}

function triggerOf({ metadata }: RegisteredFunction): Binding {
  return metadata.bindings[triggerName(metadata.bindings)] ?? { type: '' }
}
