import { prettyFactory } from 'pino-pretty'

/** The user agent of our own requests to the host. */
export const userAgent = 'npm start'

// A person has not sent them; a failure of one is their only trace of why the cluster does not answer.
const isOwnSuccess = (line: string) => line.includes(`"user_agent":"${userAgent}"`) && line.includes('"level":"info"')

/**
 * Turns each line of the host into what a person sees, or into undefined when it is of no interest. For a terminal a log
 * line becomes `22:00:00 INFO swept {"project":"project-a"}`, in the local time of this process; otherwise it stays JSON.
 */
export function logLines(terminal: { isTTY: boolean; hasColors: boolean }): (line: string) => string | undefined {
  const prettify = prettyFactory({
    colorize: terminal.hasColors,
    timestampKey: 'timestamp',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    customPrettifiers: { time: (time) => String(time) },
  })
  return (line) => {
    if (isOwnSuccess(line)) return undefined
    return terminal.isTTY ? prettify(forPeople(line)).trimEnd() : line
  }
}

/** The fields of a log line as they are shown; a line that is not JSON stays as it is. */
function forPeople(line: string): unknown {
  try {
    const { err, name, ...record } = JSON.parse(line) as { err?: { code?: string; message: string }; name?: string }
    return {
      ...record,
      // pino-pretty takes `name` for that of the logger.
      ...(name !== undefined && { workload: name }),
      // An error with a code is no fault of the program: its message says what to do, and its stack says nothing more.
      ...(err !== undefined && { err: err.code === undefined ? err : err.message }),
    }
  } catch {
    return line
  }
}
