// This is JavaScript, because jest loads it without its transform. Node itself strips the types of its imports.
import { startTarget } from './target.ts'

export default async function setup() {
  const { target, stop } = await startTarget((line) => process.stderr.write(`${line}\n`))
  process.env.E2E_TARGET = JSON.stringify(target)
  globalThis.stopE2eTarget = stop
}
