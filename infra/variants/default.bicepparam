using '../main.bicep'
extends '../main.bicepparam'

// A new cluster with public addresses: what azd up makes when nothing is set.
param principalId = '44444444-4444-4444-8444-444444444444'
