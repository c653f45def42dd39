/** Something that waits to be sent. Times are in milliseconds since 1970. */
export type TelemetryItem =
  | {
      type: 'event'
      name: string
      at: number
      properties: Record<string, string>
      measurements: Record<string, number>
      operation: Operation | undefined
    }
  | { type: 'metric'; name: string; value: number; properties: Record<string, string> }
  | ({ type: 'dependency'; startedAt: number; operation: Operation | undefined } & OutgoingCall)

/** The work that an item belongs to, so that all of its items are found together. */
export interface Operation {
  name: string
  /** W3C, of the operation's own item. https://www.w3.org/TR/trace-context/#traceparent-header */
  traceParent: string | undefined
}

/** A call of this service to another one, over HTTP. */
export interface OutgoingCall {
  method: string
  /** Without its query; undefined when the call never got an address. */
  url: string | undefined
  /** Undefined when there was no answer. */
  status: number | undefined
  /** The kind of failure, when there was no answer, e.g. `timeout`. */
  error: string | undefined
  seconds: number
}

/** Sends items to wherever they are kept. */
export interface Sender {
  /** Resolves when they are sent, or when they are given up. */
  send(items: TelemetryItem[]): Promise<void>
}
