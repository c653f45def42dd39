/** The values of the azd environment after a deployment, as far as the Kubernetes half needs them. */
export const deployed = {
  AZURE_AKS_CLUSTER_NAME: 'aks',
  AZURE_AKS_RESOURCE_GROUP: 'rg',
  AZURE_AKS_SUBSCRIPTION_ID: 'sub',
  AZURE_CONTAINER_REGISTRY_NAME: 'registry',
  AZURE_CONTAINER_REGISTRY_ENDPOINT: 'registry.azurecr.io',
  FUNCTION_APP_OBJECT_ID: '22222222-2222-2222-2222-222222222222',
}
