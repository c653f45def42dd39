/** How the host is reached, and the keys that open it. */
export interface Access {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** Opens the Azure Functions host. */
  functionKey?: string | undefined
  /** Sent as Bearer; the in-cluster host always asks for one, the functions only when one is configured. */
  apiKey?: string | undefined
}

/** The three commands that show the product: put the sample to zero, look at it, bring it back. Ready to be pasted. */
export function curlCommands({ url, functionKey, apiKey }: Access): string[] {
  const code = functionKey === undefined ? '' : `?code=${encodeURIComponent(functionKey)}`
  const bearer = apiKey === undefined ? '' : ` -H ${quote(`Authorization: Bearer ${apiKey}`)}`
  const at = (action: string) => quote(`${url}/api/v1/deployments/project-a/sample-app-a/${action}${code}`)
  const post = (action: string, reason: string) =>
    `curl -X POST ${at(action)}${bearer} -d ${quote(JSON.stringify({ reason }))}`
  return [
    post('scale-to-zero', 'end of the working day'),
    `curl ${at('status')}${bearer}`,
    post('restore', 'back to work'),
  ]
}

/** One word for a POSIX shell, whatever it holds. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
