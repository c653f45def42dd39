metadata description = 'The workbook: what sleeps, what that is worth, who did what and why, and what went wrong.'

@description('The region.')
param location string

@description('The tags of all resources.')
param tags { *: string }

@description('The resource id of the workspace.')
param workspaceId string

@description('The resource id of the component, under which the Portal lists the workbook.')
param componentId string

@description('Whether Container Insights collects the nodes of the cluster and the log of scale-api.')
param withContainerInsights bool

@description('Whether the logs of the control plane of the cluster are collected.')
param withCluster bool

var parameters = {
  type: 9
  name: 'parameters'
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'above'
    parameters: [
      {
        id: '6d1f2f4e-6f6b-4c56-9a4d-0f2f0a5b7c01'
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time range'
        type: 4
        isRequired: true
        typeSettings: {
          selectableValues: [
            { durationMs: 86400000 }
            { durationMs: 259200000 }
            { durationMs: 604800000 }
            { durationMs: 1209600000 }
            { durationMs: 2592000000 }
          ]
          allowCustom: true
        }
        value: { durationMs: 604800000 }
      }
      {
        id: '6d1f2f4e-6f6b-4c56-9a4d-0f2f0a5b7c02'
        version: 'KqlParameterItem/1.0'
        name: 'Prices'
        label: 'Price of one hour of all nodes of a project'
        description: 'For example: project-a=0.40, project-b=3.70'
        type: 1
        isRequired: false
        typeSettings: {
          paramValidationRules: [
            {
              regExp: '^[A-Za-z0-9.=, -]*$'
              match: true
              message: 'Write project=price, with commas in between, such as project-a=0.40, project-b=3.70'
            }
          ]
        }
        // The Portal runs no query that has a parameter without a value.
        value: 'none'
      }
      {
        id: '6d1f2f4e-6f6b-4c56-9a4d-0f2f0a5b7c03'
        version: 'KqlParameterItem/1.0'
        name: 'Operation'
        label: 'OperationId'
        description: 'All that this run or request has done is shown under One operation.'
        type: 1
        isRequired: false
        typeSettings: {
          paramValidationRules: [
            { regExp: '^(none|[0-9a-f]*)$', match: true, message: 'Copy an OperationId from one of the tables.' }
          ]
        }
        value: 'none'
      }
    ]
  }
}

// A step is a text, or the table of a query, or a chart of it: the column `line` over time, with a line for each value of
// the column `by`. `settings` replaces single settings of the step.

var asleepAndAwake = loadTextContent('../queries/asleep-and-awake.kql')
var projects = [
  {
    name: 'about-projects'
    markdown: '## Asleep and awake\n\nOnly workloads that were scaled within the time range are counted.'
  }
  { name: 'asleep', title: 'Workloads that sleep', query: asleepAndAwake, line: 'Asleep', by: 'Project' }
  { name: 'awake', title: 'Workloads that are awake', query: asleepAndAwake, line: 'Awake', by: 'Project' }
]

var nodes = [
  {
    name: 'about-nodes'
    markdown: '## Nodes\n\n**From** is when the nodes of a project were seen gone, **Until** when a workload of it was woken, or the last event. **Price** is **Hours** times the price that you enter above: an estimate of what the nodes would have cost, and no bill. This workbook knows no prices.'
  }
  {
    name: 'nodes-gone'
    title: 'Without nodes'
    query: loadTextContent('../queries/nodes-gone.kql')
    settings: {
      gridSettings: { filter: true, labelSettings: [{ columnId: 'Price', label: 'Price, by the price that you entered' }] }
    }
  }
  {
    name: 'nodes-of-sleeping-projects'
    title: 'Nodes of projects that should sleep'
    query: loadTextContent('../queries/nodes-of-sleeping-projects.kql')
    line: 'Nodes'
    by: 'Project'
  }
  {
    name: 'minutes-until-nodes-are-gone'
    title: 'Minutes until the nodes are gone'
    query: loadTextContent('../queries/minutes-until-nodes-are-gone.kql')
  }
  {
    name: 'minutes-until-awake'
    title: 'Minutes until the first node is back and all workloads are ready'
    query: loadTextContent('../queries/minutes-until-awake.kql')
  }
]

var actions = [
  { name: 'about-actions', markdown: '## Who did what, and why' }
  { name: 'who-scaled-what', title: 'Scaled workloads', query: loadTextContent('../queries/who-scaled-what.kql') }
]

var failures = [
  { name: 'about-failures', markdown: '## Failures and faults' }
  { name: 'failed-sweeps', title: 'Failures', query: loadTextContent('../queries/failed-sweeps.kql') }
  { name: 'faults', title: 'Faults', query: loadTextContent('../queries/faults.kql') }
  { name: 'nodes-held', title: 'Nodes held', query: loadTextContent('../queries/nodes-held.kql') }
  { name: 'put-back', title: 'Put back', query: loadTextContent('../queries/put-back.kql') }
  { name: 'requests', title: 'Requests', query: loadTextContent('../queries/requests.kql') }
  { name: 'failed-calls', title: 'Failed calls', query: loadTextContent('../queries/failed-calls.kql') }
]

var timers = [
  { name: 'about-timers', markdown: '## Ticks' }
  {
    name: 'timers-without-tick'
    title: 'Timers that have not run in the last 15 minutes'
    query: loadTextContent('../queries/timers-without-tick.kql')
    settings: { timeContext: { durationMs: 900000 }, timeContextFromParameter: '', noDataMessage: 'All three have run.' }
  }
  { name: 'ticks', title: 'Runs', query: loadTextContent('../queries/ticks.kql') }
  {
    name: 'ticks-over-time'
    title: 'Runs in each hour'
    query: loadTextContent('../queries/ticks-over-time.kql')
    line: 'Runs'
    by: 'Timer'
  }
]

var operation = [
  {
    name: 'about-operation'
    markdown: '## One operation\n\nCopy an **OperationId** from a table above into the field at the top.'
  }
  { name: 'operation', title: 'All that it has done', query: loadTextContent('../queries/operation.kql') }
]

var controlPlane = [
  { name: 'about-control-plane', markdown: '## Control plane of the cluster' }
  { name: 'other-writers', title: 'Others that set replicas', query: loadTextContent('../queries/other-writers.kql') }
  { name: 'autoscaler-log', title: 'Cluster autoscaler', query: loadTextContent('../queries/autoscaler-log.kql') }
  { name: 'guard-log', title: 'Refused by guard', query: loadTextContent('../queries/guard-log.kql') }
]

var containerInsights = [
  { name: 'about-container-insights', markdown: '## Container Insights' }
  {
    name: 'nodes-by-pool'
    title: 'Nodes of each pool'
    query: loadTextContent('../queries/nodes-by-pool.kql')
    line: 'Nodes'
    by: 'Pool'
  }
  {
    name: 'in-cluster-requests'
    title: 'Scaled through the API in the cluster'
    query: loadTextContent('../queries/in-cluster-requests.kql')
  }
]

var steps = [
  ...projects
  ...nodes
  ...actions
  ...failures
  ...timers
  ...operation
  ...(withCluster ? controlPlane : [])
  ...(withContainerInsights ? containerInsights : [])
]

var content = {
  version: 'Notebook/1.0'
  items: [
    parameters
    ...map(
      steps,
      step =>
        contains(step, 'markdown')
          ? { type: 1, name: step.name, content: { json: step.markdown } }
          : {
              type: 3
              name: step.name
              content: {
                version: 'KqlItem/1.0'
                title: step.title
                query: step.query
                queryType: 0
                resourceType: 'microsoft.operationalinsights/workspaces'
                crossComponentResources: [workspaceId]
                size: 0
                timeContextFromParameter: 'TimeRange'
                noDataMessage: 'Nothing in this time range.'
                ...(contains(step, 'line')
                  ? { visualization: 'timechart', chartSettings: { xAxis: 'At', yAxis: [step.line], group: step.by } }
                  : { visualization: 'table', gridSettings: { filter: true } })
                ...(step.?settings ?? {})
              }
            }
    )
  ]
  fallbackResourceIds: [componentId]
  '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'scale-to-zero')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'AKS Scale to Zero'
    category: 'workbook'
    sourceId: componentId
    // string() escapes each quote and line break of the queries. A text that is put together by hand would not.
    serializedData: string(content)
  }
}
