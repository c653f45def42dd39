import { expect, test } from '@jest/globals'
import { readConfig } from '../../shared/config.ts'
import { createServices } from '../../shared/services.ts'
import { createLogger } from '../../shared/telemetry/index.ts'

test('a host does not start with a setting that takes away the protection of the system', () => {
  const config = readConfig({ KUBECONFIG: 'kubeconfig', PROTECTED_NAMESPACES: '-kube-system' })
  const logger = createLogger('silent', () => new Date())
  expect(() => createServices(config, { logger, anonymousActor: 'anonymous' })).toThrow(
    'PROTECTED_NAMESPACES cannot be used: kube-system belongs to the system',
  )
})

test('a host does not start with days off that cannot be read, and names all of them', () => {
  const config = readConfig({ KUBECONFIG: 'kubeconfig', DAYS_OFF: '2027-01-01 New Year; new year; 2027-02-30' })
  const logger = createLogger('silent', () => new Date())
  expect(() => createServices(config, { logger, anonymousActor: 'anonymous' })).toThrow(
    /DAYS_OFF: holds "new year".*\n {2}DAYS_OFF: holds "2027-02-30"/,
  )
})
