import { z } from 'zod'

/** Settings that cannot be used. The message lists every fault, a line each, with the setting's name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const dnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a DNS-1123 label, e.g. project-a')

// A key must be valid after `Bearer `. With any other key the host would start, and every request would get 401.
const secret = z
  .string()
  .min(8, 'must have at least 8 characters')
  .regex(
    /^[\x21-\x7e]*$/,
    'must be visible ASCII characters, without spaces and line breaks; a key from a file or from `echo` ends with one',
  )

const cronLines = z.union([z.string().transform((line) => [line]), z.array(z.string())]).default([])

/** A project: the namespaces that are scaled together, and when. Its cron lines are checked where they are parsed. */
const Project = z
  .strictObject({
    name: dnsLabel,
    namespaces: z.array(dnsLabel).min(1).optional(),
    namespaceSelector: z
      .record(z.string(), z.string())
      .refine((labels) => Object.keys(labels).length > 0, 'must name a label, or every namespace would match')
      .optional(),
    namespacePattern: z
      .string()
      .max(100)
      .regex(/^[-a-z0-9*]*[a-z0-9][-a-z0-9*]*$/, 'must be a part of a name with *, e.g. team-*')
      .optional(),
    oneProject: z.boolean().optional(),
    atMost: z.int().min(1).max(5000).optional(),
    nodePool: z.string().min(1).optional(),
    nodeSelector: z.record(z.string(), z.string()).optional(),
    scaleDown: cronLines,
    scaleUp: cronLines,
    timeZone: z.string().optional(),
  })
  .superRefine(({ namespaces, namespaceSelector, namespacePattern, oneProject, atMost }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const finds = namespaceSelector !== undefined || namespacePattern !== undefined
    if (finds && namespaces !== undefined)
      fault('namespaces', 'are named, or found by namespaceSelector and namespacePattern, but not both')
    if (!finds && oneProject !== undefined) fault('oneProject', 'is for namespaceSelector and namespacePattern only')
    if (!finds && atMost !== undefined) fault('atMost', 'is for namespaceSelector and namespacePattern only')
  })
  .transform(({ namespaces, namespaceSelector, namespacePattern, oneProject = false, atMost = 100, ...project }) =>
    namespaceSelector === undefined && namespacePattern === undefined
      ? { ...project, namespaces: namespaces ?? [project.name], match: undefined }
      : {
          ...project,
          namespaces: [] as string[],
          match: { selector: namespaceSelector, pattern: namespacePattern, isOneProject: oneProject, atMost },
        },
  )

/** The projects of PROJECTS, as its JSON has them. */
export const Projects = z.array(Project)

/** The names that callers without a key of a name have in logs and records. Nobody else may have them. */
export const reservedNames = ['schedule', 'function-key', 'api-key', 'anonymous']

const keyName = dnsLabel.refine(
  (name) => !reservedNames.includes(name),
  `must be another name: ${reservedNames.join(', ')} stand for other callers in logs and records`,
)

/** The key of one caller. Without `projects` it is valid for all of them. */
const ApiKey = z.strictObject({ name: keyName, key: secret, projects: z.array(dnsLabel).min(1).optional() })

/** What the members of an Entra group, or the holders of an app role, may do. */
const Grant = z
  .strictObject({
    group: z.guid('must be the object id of a group').optional(),
    role: z.string().min(1).optional(),
    projects: z.union([z.literal('*'), z.array(dnsLabel).min(1)], 'must be "*" or names of projects'),
    may: z.enum(['read', 'change']),
  })
  .refine(({ group, role }) => (group === undefined) !== (role === undefined), 'must have either a group or a role')

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        // The parser's own message quotes the text, which may hold a key.
        context.addIssue({ code: 'custom', message: 'must be JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

/** Names divided by commas; those after `-` are taken away. */
const nameChanges = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
  .pipe(
    z.array(z.string().regex(/^-?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be DNS-1123 labels, e.g. payments,-keda')),
  )
  .transform((names) => ({
    added: names.filter((name) => !name.startsWith('-')),
    removed: names.filter((name) => name.startsWith('-')).map((name) => name.slice(1)),
  }))
  .refine(({ added, removed }) => !added.some((name) => removed.includes(name)), 'adds a name and takes it away')

/** What an hour of a node costs, by VM size. The answer tells the rest, so that nobody takes it for a bill. */
const NodePrices = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a code of ISO 4217, e.g. JPY'),
  kind: z.enum(['list price', 'own price']),
  source: z.string().min(1).max(200),
  perHour: z.record(z.string().max(100), z.number().nonnegative().max(1_000_000)),
})

/** A number as people write it: `Number` alone takes a blank for 0, and `0x1F` and `1e4` as well. */
const decimal = (range: z.ZodNumber) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number in decimal digits')
    .transform(Number)
    .pipe(range)

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const seconds = decimal(z.number().min(0.1).max(220))

/**
 * Every setting, from environment variables of these names. `describe` is its meaning in docs/settings.md, whose table is
 * written from here.
 */
export const settings = {
  PORT: decimal(z.int().min(0).max(65535)).default(8080).describe('The port of the in-cluster host.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The lowest level of the log lines that are written.'),
  API_KEY: secret
    .optional()
    .describe('A key for every project, sent as `Authorization: Bearer`. It has 8 or more visible ASCII characters.'),
  API_KEYS: json(z.array(ApiKey))
    .default([])
    .describe(
      'Named keys as JSON: `[{"name":"team-a","key":"...","projects":["project-a"]}]`; `projects` is optional. ' +
        'A name must not be one that stands for other callers: `schedule`, `function-key`, `api-key`, `anonymous`.',
    ),
  API_AUTH: z
    .enum(['key', 'none'])
    .default('key')
    .describe('`none`: the in-cluster host serves the API without a key. `key`: it does not start without one.'),
  ACCESS: json(z.array(Grant))
    .optional()
    .describe(
      'Who may see and change which projects, by Entra groups and app roles, as JSON: ' +
        '`[{"group":"<object id>","projects":["project-a"],"may":"change"},{"role":"Viewer","projects":"*","may":"read"}]`. ' +
        'It counts behind App Service authentication only, where no key is needed then: see [access](access.md).',
    ),
  PROJECTS: json(Projects)
    .default([])
    .describe(
      'Projects as JSON: `[{"name":"project-a","namespaces":["project-a"],"nodePool":"projecta","scaleDown":"0 22 * * *",' +
        '"scaleUp":"0 7 * * MON-FRI","timeZone":"Asia/Tokyo"}]`. When this is set, other namespaces are visible only when they are labelled as projects.',
    ),
  DEFAULT_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone, e.g. Asia/Tokyo')
    .default('UTC')
    .describe('The IANA time zone of the projects that name none.'),
  DAYS_OFF: z
    .string()
    .default('')
    .describe(
      'Days on which no project is woken, in the time zone of each, divided by semicolons, each maybe with a name: ' +
        '`2026-12-29..2027-01-03 Year end; 2027-02-11`.',
    ),
  PROTECTED_NAMESPACES: nameChanges
    .optional()
    .describe(
      'Namespaces that are never scaled, beside those that are [protected by default](api-reference.md#protected-namespaces), ' +
        'divided by commas. One after `-` is taken away from these defaults, e.g. `payments,-keda`; those of the system stay.',
    ),
  SCHEDULE_TICK: z
    .string()
    .default('0 */5 * * * *')
    .describe(
      'How often the timers check what is due, as NCRONTAB with seconds first, in UTC. While it cannot be read, they check ' +
        'every 5 minutes, and `/ready` and each run say so. The in-cluster host has timers only where it is set.',
    ),
  DRY_RUN: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .describe('`true`: the timers report what they would change, and change nothing.'),
  NODE_GRACE_MINUTES: decimal(z.number())
    .default(20)
    .describe('How many minutes a project may still have nodes after its scale-down, before the timer warns.'),
  NODE_PRICES: json(NodePrices)
    .optional()
    .describe(
      'What an hour of a node costs, as JSON: `{"currency":"JPY","kind":"list price","source":"Azure, Japan East, 2026-11","perHour":' +
        '{"Standard_D4s_v5":38.5}}`. [Savings](savings.md) then have an amount. `kind` is `list price` or `own price`.',
    ),
  AKS_SUBSCRIPTION_ID: z
    .guid('must be a subscription id, e.g. 00000000-0000-0000-0000-000000000000')
    .optional()
    .describe('The subscription of the AKS cluster. Set all three `AKS_` settings, or none.'),
  AKS_RESOURCE_GROUP: z.string().min(1).optional().describe('The resource group of the AKS cluster.'),
  AKS_CLUSTER_NAME: z.string().min(1).optional().describe('The name of the AKS cluster.'),
  AZURE_CLIENT_ID: z
    .guid('must be the client id of a user-assigned managed identity')
    .optional()
    .describe('The client id of the user-assigned managed identity. Without it, the system-assigned one is used.'),
  AZURE_CREDENTIAL: z
    .enum(['managed-identity', 'azure-cli', 'default'])
    .default('managed-identity')
    .describe(
      'How this service signs in to Azure. Outside of Azure, `azure-cli` uses the account of `az login`, and `default` tries ' +
        'everything that DefaultAzureCredential knows.',
    ),
  AZURE_RESOURCE_MANAGER_URL: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .default('https://management.azure.com')
    .describe('The address of Azure Resource Manager, which is another one in sovereign clouds.'),
  KUBECONFIG: z
    .string()
    .min(1)
    .optional()
    .describe('The path of a kubeconfig, for use outside of Azure and of the cluster.'),
  KUBERNETES_SERVICE_HOST: z.string().min(1).optional().describe('Set by Kubernetes in every Pod.'),
  KUBERNETES_SERVICE_PORT: z.string().default('443').describe('Set by Kubernetes in every Pod.'),
  KUBERNETES_SERVICE_ACCOUNT_DIR: z
    .string()
    .default('/var/run/secrets/kubernetes.io/serviceaccount')
    .describe('Where the token and the CA of the ServiceAccount are mounted, if not at the usual place.'),
  KUBERNETES_CALL_TIMEOUT_SECONDS: seconds
    .default(10)
    .describe('How long one call to Kubernetes may take. A call to Azure may take twice as long.'),
  REQUEST_TIMEOUT_SECONDS: seconds
    .default(30)
    .describe(
      'How long one API request may take with all its calls. Then the answer is 504, or 408 if the body has not arrived by ' +
        'then.',
    ),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z
    .string()
    .optional()
    .describe(
      'The connection string of the Application Insights component that gets the logs and the telemetry of a function app: see ' +
        '[telemetry in Application Insights](telemetry.md).',
    ),
  WEBSITE_SITE_NAME: z
    .string()
    .default('aks-scale-to-zero')
    .describe('Azure sets this to the name of the function app.'),
  WEBSITE_INSTANCE_ID: z.string().optional().describe('Azure sets this to the name of the instance.'),
  WEBSITE_AUTH_ENABLED: z
    .string()
    .optional()
    .transform((value) => value?.toLowerCase() === 'true')
    .describe(
      'Azure sets this when App Service authentication protects the app. Only then are its identity headers trusted.',
    ),
} as const

const Environment = z.object(settings)

const idleAccess =
  'ACCESS grants nothing here, since App Service authentication is not on: requests need a key, as they do without it'

const Settings = Environment.transform((env, context) => {
  const only = env.API_KEY === undefined ? [] : [{ name: 'api-key', key: env.API_KEY }]
  const keys = [...only, ...env.API_KEYS]
  const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message })
  const aks = ['AKS_SUBSCRIPTION_ID', 'AKS_RESOURCE_GROUP', 'AKS_CLUSTER_NAME'] as const
  const missing = aks.filter((name) => env[name] === undefined)
  if (missing.length > 0 && missing.length < aks.length) {
    for (const name of missing) fault(name, 'is missing: the AKS settings are used all three together, or none')
  }
  if (env.API_AUTH === 'none' && keys.length > 0)
    fault('API_AUTH', 'is none, but a key is configured: remove one of them')
  const access = env.WEBSITE_AUTH_ENABLED ? env.ACCESS : undefined
  if (access !== undefined && keys.length > 0)
    fault('ACCESS', 'is set, and so is a key, which App Service would take for a token of Entra ID: remove one of them')
  for (const [of, names] of [
    ['API_KEYS', keys.map(({ name }) => name)],
    ['API_KEYS', keys.map(({ key }) => key)],
    ['PROJECTS', env.PROJECTS.map(({ name }) => name)],
    ['PROJECTS', env.PROJECTS.flatMap(({ namespaces }) => namespaces)],
  ] as const) {
    if (new Set(names).size < names.length) fault(of, 'has the same name, key or namespace twice')
  }
  return {
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    keys,
    apiAuth: env.API_AUTH,
    projects: env.PROJECTS.map((project) => ({ ...project, timeZone: project.timeZone ?? env.DEFAULT_TIME_ZONE })),
    defaultTimeZone: env.DEFAULT_TIME_ZONE,
    daysOff: env.DAYS_OFF,
    protection: env.PROTECTED_NAMESPACES ?? { added: [], removed: [] },
    dryRun: env.DRY_RUN,
    nodeGraceMinutes: env.NODE_GRACE_MINUTES,
    nodePrices: env.NODE_PRICES,
    trustsAzureIdentity: env.WEBSITE_AUTH_ENABLED,
    access,
    callTimeoutMs: env.KUBERNETES_CALL_TIMEOUT_SECONDS * 1000,
    requestTimeoutMs: env.REQUEST_TIMEOUT_SECONDS * 1000,
    identity: { clientId: env.AZURE_CLIENT_ID, credential: env.AZURE_CREDENTIAL },
    connection: connectionOf(env),
    site: env.WEBSITE_SITE_NAME,
    telemetry: telemetryOf(env),
    /** Settings that do nothing, though the host serves: a sentence for each. */
    faults: env.ACCESS !== undefined && access === undefined ? [idleAccess] : [],
  }
})

type Env = z.output<typeof Environment>

/** The way into the cluster: the named AKS cluster, otherwise the Pod's own identity, otherwise a kubeconfig. */
function connectionOf(env: Env) {
  const { AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP, AKS_CLUSTER_NAME } = env
  if (AKS_SUBSCRIPTION_ID !== undefined && AKS_RESOURCE_GROUP !== undefined && AKS_CLUSTER_NAME !== undefined) {
    return {
      kind: 'aks' as const,
      subscriptionId: AKS_SUBSCRIPTION_ID,
      resourceGroup: AKS_RESOURCE_GROUP,
      clusterName: AKS_CLUSTER_NAME,
      clientId: env.AZURE_CLIENT_ID,
      credential: env.AZURE_CREDENTIAL,
      resourceManagerUrl: env.AZURE_RESOURCE_MANAGER_URL,
    }
  }
  if (env.KUBERNETES_SERVICE_HOST !== undefined) {
    return {
      kind: 'in-cluster' as const,
      host: env.KUBERNETES_SERVICE_HOST,
      port: env.KUBERNETES_SERVICE_PORT,
      serviceAccountDir: env.KUBERNETES_SERVICE_ACCOUNT_DIR,
    }
  }
  if (env.KUBECONFIG !== undefined) return { kind: 'kubeconfig' as const, paths: env.KUBECONFIG }
  return undefined
}

/** Where telemetry goes, and of whom it is; undefined when it goes nowhere. */
function telemetryOf(env: Env) {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString, WEBSITE_SITE_NAME, WEBSITE_INSTANCE_ID } = env
  if (connectionString === undefined) return undefined
  return { connectionString, service: WEBSITE_SITE_NAME, instance: WEBSITE_INSTANCE_ID }
}

/** All settings, validated. */
export type Config = z.output<typeof Settings>

/**
 * Whether requests need an identity and no key, so that the routes of a function app are registered without one. It holds
 * also while other settings cannot be used; then every request is refused.
 */
export const isOpenToIdentities = ({ WEBSITE_AUTH_ENABLED, ACCESS }: Record<string, string | undefined>): boolean =>
  settings.WEBSITE_AUTH_ENABLED.parse(WEBSITE_AUTH_ENABLED) && ACCESS !== undefined && ACCESS !== ''

/**
 * Reads the settings from the environment. An empty variable counts as not set, as Azure and Kubernetes write them.
 * @throws ConfigError
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = Settings.safeParse(present)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new ConfigError(`These settings cannot be used:\n${faults.join('\n')}`)
}
