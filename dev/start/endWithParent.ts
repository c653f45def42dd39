/**
 * Loaded into a child before its own program: ends it, as a polite kill does, when the process that started it is gone.
 * The channel between them then closes, even after a SIGKILL.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// The listener alone must not keep the child.
process.channel?.unref()
// Nobody reads its output any more, which is no reason to break off the work under way.
process.stdout.on('error', () => {})
