import { type Lapse, lapsedMs, lapseVariable } from './lapse.ts'

/**
 * Loaded into the host of the demo before its own program: from then on `Date` tells the time in lapse. The host is the
 * product as it is built, which asks no other clock for the time of day.
 */
const lapse = JSON.parse(process.env[lapseVariable] ?? 'null') as Lapse | null
const RealDate = Date

if (lapse !== null) {
  const now = () => lapsedMs(lapse, RealDate.now())
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
}
