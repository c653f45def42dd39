using '../main.bicep'
extends '../main.bicepparam'

// A later provision: the pools are there, and keep the nodes that they have.
param principalId = '44444444-4444-4444-8444-444444444444'
param withGpu = true
param existingNodePools = ['system', 'projecta', 'projectb']
