using '../main.bicep'
extends '../main.bicepparam'

// A later provision that adds the pools with a GPU: only these begin at zero.
param principalId = '44444444-4444-4444-8444-444444444444'
param withGpu = true
param existingNodePools = ['system', 'projecta']
