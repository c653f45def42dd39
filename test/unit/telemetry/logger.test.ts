import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const logger = new URL('../../../shared/telemetry/logger.ts', import.meta.url)

/** The messages of a process that logs two lines and ends, in the order of its output. */
async function messagesOf(level: string): Promise<string[]> {
  const script = `
    const { createLogger, written } = await import(${JSON.stringify(logger.href)})
    const logger = createLogger('${level}', () => new Date(0))
    logger.info('one')
    logger.info('two')
    await written(logger, 5000)
    process.exit(0)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  return [...stdout.matchAll(/"msg":"(\w+)"/g)].map(([, message = '']) => message)
}

test('the last lines of a process keep their order', async () => {
  // Without the wait, about every second process writes them in the wrong order.
  for (let pair = 0; pair < 4; pair++) {
    const outputs = await Promise.all([messagesOf('info'), messagesOf('info')])
    expect(outputs.flat()).toEqual(['one', 'two', 'one', 'two'])
  }
}, 20_000)
