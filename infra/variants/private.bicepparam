using '../main.bicep'
extends '../main.bicepparam'

// A new cluster whose API server and storage have private addresses only.
param principalId = '44444444-4444-4444-8444-444444444444'
param privateNetwork = true
