/** A request as the fake sees it. */
export interface Request {
  method: string
  /** Without the query; not decoded. */
  path: string
  query: URLSearchParams
  headers: { [name: string]: string | string[] | undefined }
  body: Buffer
}

/** An answer. A string as its body is sent as HTML, the format of a gateway's error pages. */
export interface Reply {
  status: number
  headers?: Record<string, string> | undefined
  body: object | string
}

/** 200 with a JSON body. */
export const ok = (body: object): Reply => ({ status: 200, body })
