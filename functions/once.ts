/** Makes a thing when it is first asked for, and keeps it. What fails is tried again the next time. */
export function once<Thing>(make: () => Thing): () => Thing {
  let made: { thing: Thing } | undefined
  return () => {
    made ??= { thing: make() }
    return made.thing
  }
}
