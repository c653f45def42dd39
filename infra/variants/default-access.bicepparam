using '../main.bicep'
extends '../main.bicepparam'

// People sign in, and no key is needed.
param principalId = '44444444-4444-4444-8444-444444444444'
param easyAuthClientId = '55555555-5555-4555-8555-555555555555'
param access = '[{"group":"66666666-6666-4666-8666-666666666666","projects":["project-a"],"may":"change"},{"role":"Viewer","projects":"*","may":"read"}]'
