import { ScalingError } from './errors.ts'
import type { Scaling } from './scaling.ts'

const firstBackoffMs = 20

/**
 * Reads, decides and writes, and does so again while another write comes in between, a little later each time. It is
 * what `retry.RetryOnConflict` is in client-go.
 * @param change reads anew each time; told which attempt it is, from 1
 * @throws ScalingError `workload-changed` when another write came in between at each attempt; whatever else `change` throws
 */
export async function retryOnConflict<T>(
  { wait, random }: Pick<Scaling, 'wait' | 'random'>,
  mostAttempts: number,
  change: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change(attempt)
    } catch (error) {
      const isConflict = error instanceof ScalingError && error.code === 'workload-changed'
      if (!isConflict || attempt === mostAttempts) throw error
    }
    await wait(random() * firstBackoffMs * 2 ** attempt)
  }
}
