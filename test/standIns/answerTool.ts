import type { Finished } from '../../infra/hooks/run/command.ts'
import { answerAz } from './answerAz.ts'
import type { World } from './world.ts'

/** What a tool says to a call: az as the world is, and the others nothing. */
export function answerTool([name = '', ...words]: string[], world: World, earlier: string[][]): Finished {
  if (name === 'az') return answerAz({ words, world, earlier })
  if (name === 'docker' && !world.dockerBuilds) {
    return { code: 1, stdout: '', stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n' }
  }
  return { code: 0, stdout: '', stderr: '' }
}
