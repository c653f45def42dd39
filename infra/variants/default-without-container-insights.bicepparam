using '../main.bicep'
extends '../main.bicepparam'

// Without the logs of the projects' Pods.
param principalId = '44444444-4444-4444-8444-444444444444'
param withContainerInsights = false
