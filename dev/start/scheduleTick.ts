import type { WantedCluster } from './wantedCluster.ts'

type Environment = Record<string, string | undefined>

// A person who watches should not have to wait for the five minutes of production.
const ownTick = '*/10 * * * * *'

/**
 * How often the timers of `npm start` look. `settings` are the environment with local.settings.json. The projects of the
 * embedded cluster act within minutes, so there the tick of a file, which is meant for Core Tools, does not count.
 */
export function scheduleTick(kind: WantedCluster['kind'], environment: Environment, settings: Environment): string {
  return (kind === 'embedded' ? environment : settings).SCHEDULE_TICK || ownTick
}
