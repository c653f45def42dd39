import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'

/** The value of the azd environment by which the smoke test knows how far the Kubernetes half has come. */
export const clusterState = { name: 'KUBERNETES_STATE', applied: 'applied', outOfReach: 'out-of-reach' } as const

/** Notes it. Without azd nobody reads the note, so that its absence is no failure. */
export async function noteClusterState(
  { azd }: Pick<Tools, 'azd'>,
  state: typeof clusterState.applied | typeof clusterState.outOfReach,
): Promise<void> {
  try {
    await azd`env set ${clusterState.name} ${state}`
  } catch (failure) {
    if (!(failure instanceof HookError)) throw failure
  }
}
