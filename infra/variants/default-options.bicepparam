using '../main.bicep'
extends '../main.bicepparam'

// Every other option at once.
param principalId = '44444444-4444-4444-8444-444444444444'
param aksTier = 'Standard'
param principalType = 'ServicePrincipal'
param instanceMemoryMB = '512'
param telemetryMode = 'OpenTelemetry'
param dryRun = true
param nodeGraceMinutes = 30
param defaultTimeZone = 'Asia/Tokyo'
param daysOff = '2026-12-29..2027-01-03 年末年始; 2027-02-11'
param nodePrices = '{"currency":"JPY","kind":"own price","source":"our contract of 2026","perHour":{"Standard_D4s_v5":38.5}}'
param protectedNamespaces = 'payments,-keda'
param logLevel = 'debug'
param easyAuthClientId = '55555555-5555-4555-8555-555555555555'
param keyVaultName = 'kv-shared'
param dailyCapGb = 5
param alertEmail = 'operations@example.com'
param systemNodeCount = 3
param systemVmSize = 'Standard_D8s_v5'
param maintenanceUtcOffset = '+09:00'
param scheduleTick = '0 */10 * * * *'
param timerSilence = 'PT30M'
param documentsUrl = 'https://example.com/docs/'
param projects = [
  {
    name: 'project-a'
    namespacePattern: 'project-a*'
    atMost: 30
    pool: { name: 'projecta', labels: { project: 'a' }, vmSize: 'Standard_D4s_v5', gpu: false, max: 5 }
    scaleDown: ['0 22 * * *']
    scaleUp: ['0 7 * * MON-FRI']
    timeZone: 'Asia/Tokyo'
  }
  {
    name: 'previews'
    namespaceSelector: { purpose: 'preview' }
    pool: { name: 'previews', labels: { project: 'previews' }, vmSize: 'Standard_D4s_v5', gpu: false, max: 4 }
    scaleDown: ['0 20 * * *']
    scaleUp: []
    timeZone: 'UTC'
  }
]
