/** How the host is reached, and the keys that open it. */
export interface Access {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** Opens the Azure Functions host. */
  functionKey?: string | undefined
  /** Sent as Bearer; the in-cluster host asks for one, the functions only when one is configured. */
  apiKey?: string | undefined
}

/** The Deployment that the tour waits for, and its project. */
export interface Sample {
  project: string
  namespace: string
  deployment: string
}

/** The lines that give a shell the keys, which the commands of the tour then use. */
export function exportedKeys({ functionKey, apiKey }: Access): string[] {
  const exported = (name: string, value: string) => `export ${name}=${quote(value)}`
  if (functionKey === undefined) return apiKey === undefined ? [] : [exported('KEY', apiKey)]
  return [exported('KEY', functionKey), ...(apiKey === undefined ? [] : [exported('API_KEY', apiKey)])]
}

/** The tour shows the product: a project falls asleep, wakes, and is ready. Each step has a command to paste. */
export function tour(access: Access, { project, namespace, deployment }: Sample): { title: string; command: string }[] {
  const curl = curlOf(access)
  const post = (action: string, reason: string) =>
    `${curl(`projects/${project}/${action}`, 'POST')} -d ${quote(JSON.stringify({ reason }))}`
  return [
    { title: `Put ${project} to sleep:`, command: post('scale-to-zero', 'end of the working day') },
    { title: 'Wake it:', command: post('restore', 'back to work') },
    { title: 'Wait until it is ready:', command: curl(`deployments/${namespace}/${deployment}/status?wait=ready`) },
  ]
}

/** The page of the projects. It takes the key over from the address, and asks for the API's where that is needed. */
export const pageLink = (access: Access): string => linkTo('/', access)

/** The API's documentation, which a browser can open. */
export const docsLink = (access: Access): string => linkTo('/docs', access)

const linkTo = (path: string, { url, functionKey }: Access) =>
  functionKey === undefined ? `${url}${path}` : `${url}${path}?code=${encodeURIComponent(functionKey)}`

function curlOf({ url, functionKey, apiKey }: Access) {
  // A key that a person chose may have characters with another meaning in a URL.
  const isSafe = functionKey !== undefined && encodeURIComponent(functionKey) === functionKey
  const headers = [
    ...(functionKey !== undefined && !isSafe ? ['x-functions-key: $KEY'] : []),
    ...(apiKey === undefined ? [] : [`Authorization: Bearer $${functionKey === undefined ? 'KEY' : 'API_KEY'}`]),
  ].map((header) => ` -H "${header}"`)
  return (path: string, method?: 'POST') => {
    const [place, query] = path.split('?')
    const parameters = [...(isSafe ? ['code=$KEY'] : []), ...(query === undefined ? [] : [query])].join('&')
    const address = `${url}/api/v1/${place}${parameters && `?${parameters}`}`
    return `curl${method ? ` -X ${method}` : ''} "${address}"${headers.join('')}`
  }
}

/** One word for a POSIX shell, whatever it holds. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
