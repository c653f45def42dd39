// A module of its own, so that it can be imported lazily and the bundler still drops the rest of the packages.
export { AzureCliCredential, DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity'
export { ManagedIdentityApplication } from '@azure/msal-node'
