export { createLogger, type Logger, written } from './logger.ts'
export { createMetrics, type Metrics } from './metrics.ts'
