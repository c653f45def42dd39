// The types that main.bicep and its modules share.

@export()
@description('A node pool of one project. It has no nodes while the project sleeps.')
@sealed()
type Pool = {
  @description('The name in Azure: lower-case letters and digits, and a letter first.')
  @minLength(1)
  @maxLength(12)
  name: string

  @description('The labels of its nodes, by which Pods choose them. Names under kubernetes.io/ and kubernetes.azure.com/ are refused by AKS.')
  labels: Labels

  @description('The size of its machines. It cannot be changed later.')
  vmSize: string

  @description('Whether its machines have a GPU. They then have the taint sku=gpu as well, and exist only with withGpu.')
  gpu: bool

  @description('The most nodes that it may have.')
  @minValue(1)
  @maxValue(1000)
  max: int
}

@export()
@description('Labels of nodes.')
type Labels = {
  @description('The value of a label.')
  *: string
}

@export()
@description('A project: what is put to zero together, when, and on which nodes it runs.')
@sealed()
type Project = {
  @description('The name, which the taint of its nodes has as well.')
  name: string

  @description('The namespaces of the project, by default the one of its name. Leave it out where namespaceSelector or namespacePattern find them.')
  @minLength(1)
  namespaces: string[]?

  @description('The labels of its namespaces. Those that have all of them are together this one project.')
  namespaceSelector: Labels?

  @description('The names of its namespaces, with * for any characters, such as team-*. Those that match are together this one project.')
  namespacePattern: string?

  @description('The most namespaces that may be found: with more, none of them is put to zero. 100 by default.')
  @minValue(1)
  @maxValue(5000)
  atMost: int?

  @description('The node pool that only this project uses.')
  pool: Pool

  @description('When it goes to zero, as cron lines. Empty: never by itself.')
  scaleDown: string[]

  @description('When it comes back, as cron lines. Empty: never by itself.')
  scaleUp: string[]

  @description('The time zone of its cron lines, such as Asia/Tokyo.')
  timeZone: string
}

@export()
@description('Tags of resources.')
type Tags = {
  @description('The value of a tag.')
  *: string
}

@export()
@description('An existing or future AKS cluster.')
@sealed()
type ClusterName = {
  @description('The id of its subscription.')
  subscriptionId: string

  @description('Its resource group.')
  resourceGroup: string

  @description('Its name.')
  name: string
}
