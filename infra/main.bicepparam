using './main.bicep'

// What azd knows. Everything else is set by `azd env set NAME value`, and has a default.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')

param existingClusterId = readEnvironmentVariable('AZURE_EXISTING_AKS_ID', '')
param privateNetwork = bool(readEnvironmentVariable('PRIVATE_NETWORK', 'false'))
param withGpu = bool(readEnvironmentVariable('WITH_GPU', 'false'))
param withContainerInsights = bool(readEnvironmentVariable('WITH_CONTAINER_INSIGHTS', 'true'))

param projects = loadJsonContent('projects.json')
param existingNodePools = filter(
  split(readEnvironmentVariable('AZURE_EXISTING_NODE_POOLS', ''), ','),
  name => !empty(name)
)

param kubernetesVersion = readEnvironmentVariable('KUBERNETES_VERSION', '1.36')
param aksTier = readEnvironmentVariable('AKS_TIER', 'Free')
param systemVmSize = readEnvironmentVariable('SYSTEM_VM_SIZE', 'Standard_D4s_v5')
param systemNodeCount = int(readEnvironmentVariable('SYSTEM_NODE_COUNT', '2'))
param maintenanceUtcOffset = readEnvironmentVariable('MAINTENANCE_UTC_OFFSET', '+00:00')

param instanceMemoryMB = readEnvironmentVariable('INSTANCE_MEMORY_MB', '2048')
param telemetryMode = readEnvironmentVariable('TELEMETRY_MODE', 'classic')
param scheduleTick = readEnvironmentVariable('SCHEDULE_TICK', '0 */5 * * * *')
param dryRun = bool(readEnvironmentVariable('DRY_RUN', 'false'))
param nodeGraceMinutes = int(readEnvironmentVariable('NODE_GRACE_MINUTES', '20'))
param defaultTimeZone = readEnvironmentVariable('DEFAULT_TIME_ZONE', 'UTC')
param daysOff = readEnvironmentVariable('DAYS_OFF', '')
param nodePrices = readEnvironmentVariable('NODE_PRICES', '')
param protectedNamespaces = readEnvironmentVariable('PROTECTED_NAMESPACES', '')
param logLevel = readEnvironmentVariable('LOG_LEVEL', 'info')
param easyAuthClientId = readEnvironmentVariable('EASY_AUTH_CLIENT_ID', '')
param access = readEnvironmentVariable('ACCESS', '')
param keyVaultName = readEnvironmentVariable('KEY_VAULT_NAME', '')

param dailyCapGb = int(readEnvironmentVariable('DAILY_CAP_GB', '2'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param timerSilence = readEnvironmentVariable('TIMER_SILENCE', 'PT15M')
param documentsUrl = readEnvironmentVariable('DOCUMENTS_URL', 'docs/')
