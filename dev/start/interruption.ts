const lookEveryMs = 500

/** Aborted by Ctrl-C, a polite kill, and when the shell that npm runs us in is gone. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  // npm passes the terminal's own signal on once more, so a second one means nothing.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  // A kill of npm ends npm and its shell, which does not pass the signal on. Without npm, a parent that ends means nothing.
  if (process.env.npm_lifecycle_event === undefined) return controller.signal
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && interrupt(), lookEveryMs).unref()
  return controller.signal
}
