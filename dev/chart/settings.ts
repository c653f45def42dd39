import { z } from 'zod'
import { Projects, settings } from '../../shared/config.ts'
import { type JsonSchema, text } from './jsonSchema.ts'

type SettingName = keyof typeof settings

/** The settings that are no values of the chart, and why not. */
export const notValues = {
  PORT: 'no other process listens in its Pod, and Service and NetworkPolicy lead to 8080',
  API_KEY: 'a key in a values file is no secret; it comes from a Secret, see keys.existingSecret',
  API_KEYS: 'keys in a values file are no secret; they come from a Secret, see keys.existingSecret',
  AKS_SUBSCRIPTION_ID: 'in the cluster, the host uses the ServiceAccount of its Pod',
  AKS_RESOURCE_GROUP: 'in the cluster, the host uses the ServiceAccount of its Pod',
  AKS_CLUSTER_NAME: 'in the cluster, the host uses the ServiceAccount of its Pod',
  AZURE_CLIENT_ID: 'in the cluster, the host does not sign in to Azure',
  AZURE_CREDENTIAL: 'in the cluster, the host does not sign in to Azure',
  AZURE_RESOURCE_MANAGER_URL: 'in the cluster, the host does not sign in to Azure',
  KUBECONFIG: 'in the cluster, the host uses the ServiceAccount of its Pod',
  KUBERNETES_SERVICE_HOST: 'Kubernetes sets it',
  KUBERNETES_SERVICE_PORT: 'Kubernetes sets it',
  KUBERNETES_SERVICE_ACCOUNT_DIR: 'the ServiceAccount is mounted at the usual place',
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'the in-cluster host sends no telemetry: Prometheus asks for its metrics',
  WEBSITE_SITE_NAME: 'Azure sets it for a function app',
  WEBSITE_INSTANCE_ID: 'Azure sets it for a function app',
  WEBSITE_AUTH_ENABLED: 'Azure sets it for a function app',
  ACCESS: 'in the cluster nobody tells who has signed in: callers have keys',
} as const satisfies Partial<Record<SettingName, string>>

const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?'

/** The settings whose value in YAML has another type than the text of the environment variable. */
const ownSchemas: Partial<Record<SettingName, JsonSchema>> = {
  SCHEDULE_TICK: { type: 'string', pattern: '^( *[^ ]+( +[^ ]+){5} *)?$' },
  PROJECTS: {
    ...(z.toJSONSchema(Projects, { target: 'draft-7', io: 'input' }) as JsonSchema),
    description:
      'Projects as a list, with the fields that [PROJECTS](schedules.md#by-the-platform-team-projects) has in JSON. When ' +
      'this is set, other namespaces are visible only when they are labelled as projects.',
  },
  PROTECTED_NAMESPACES: text({ pattern: `^( *-?${label} *(, *-?${label} *)*)?$` }),
  DRY_RUN: { type: 'boolean' },
  NODE_PRICES: text({}),
}

/** The schema of a setting as a value: a number, a list or a truth value where it stands for one, and text otherwise. */
function schemaOf(name: SettingName): JsonSchema {
  const setting = settings[name]
  const { $schema, description, ...schema } = (ownSchemas[name] ??
    z.toJSONSchema(setting, { target: 'draft-7', io: 'output', unrepresentable: 'any' })) as JsonSchema
  const standard: unknown = setting.safeParse(undefined).data ?? ''
  // The program takes digits only, without a sign.
  if (schema.type === 'number') schema.minimum ??= 0
  return { ...schema, default: standard, description: description ?? setting.description ?? '' }
}

/** The settings that are values of the chart, each by the name of its environment variable. */
export const settingSchemas: Record<string, JsonSchema> = Object.fromEntries(
  (Object.keys(settings) as SettingName[]).filter((name) => !(name in notValues)).map((name) => [name, schemaOf(name)]),
)
