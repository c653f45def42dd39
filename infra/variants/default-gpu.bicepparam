using '../main.bicep'
extends '../main.bicepparam'

// With the pools of projects that need a GPU.
param principalId = '44444444-4444-4444-8444-444444444444'
param withGpu = true
