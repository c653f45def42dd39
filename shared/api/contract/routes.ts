import { createRoute, type z } from '@hono/zod-openapi'
import { DeploymentStatus, Scaled } from './answers/deployments.ts'
import { HistoryAnswer } from './answers/history.ts'
import { NodePoolsAnswer } from './answers/nodePools.ts'
import { ProjectAnswer, ProjectsAnswer, Swept, WorkloadsAnswer } from './answers/projects.ts'
import { SavingsAnswer } from './answers/savings.ts'
import { CalendarAnswer, FollowsSchedule, Kept, ScheduleWritten, Skipped, Suspended } from './answers/schedules.ts'
import {
  CalendarQuery,
  DeploymentPath,
  HistoryQuery,
  ProjectPath,
  Query,
  requestBodies,
  SavingsQuery,
  StatusQuery,
  WriteQuery,
} from './inputs.ts'
import {
  answer,
  errors,
  errorsOfDeploymentWrite,
  errorsOfNamed,
  errorsOfScheduleWrite,
  errorsOfWrite,
  jsonContent,
  unchanged,
} from './responses.ts'
import { serviceRoutes } from './serviceRoutes.ts'

const project = '/api/v1/projects/{project}' as const
const deployment = '/api/v1/deployments/{namespace}/{name}' as const

interface Post<Params, Body, Answer, Errors> {
  summary: string
  params: Params
  body: Body
  answered: Answer
  failures: Errors
}

/**
 * Every route of the API, keyed by its operationId. The OpenAPI document, the Azure Functions and both servers come
 * from this table.
 */
export const createRoutes = (now: () => Date) => {
  const bodies = requestBodies(now)
  const post = <
    Id extends string,
    Path extends string,
    Params extends typeof DeploymentPath | typeof ProjectPath,
    Body extends z.ZodType,
    Answer extends z.ZodType,
    Errors extends typeof errorsOfWrite,
  >(
    operationId: Id,
    path: Path,
    { summary, params, body, answered, failures }: Post<Params, Body, Answer, Errors>,
  ) =>
    createRoute({
      operationId,
      method: 'post',
      path,
      summary,
      tags: [path.startsWith(project) ? 'Projects' : 'Deployments'],
      request: { params, query: WriteQuery, body: { content: jsonContent(body), required: true } },
      responses: { 200: answer(summary, answered), ...failures },
    })
  const postForAll = <Id extends string, Path extends string, Body extends z.ZodType>(
    operationId: Id,
    path: Path,
    { summary, body }: { summary: string; body: Body },
  ) =>
    createRoute({
      operationId,
      method: 'post',
      path,
      summary,
      tags: ['Projects'],
      request: { query: WriteQuery, body: { content: jsonContent(body), required: true } },
      responses: { 200: answer(summary, Suspended), ...errorsOfScheduleWrite },
    })
  const getOfProject = <
    Id extends string,
    Path extends string,
    Asked extends z.ZodObject,
    Answered extends ReturnType<typeof answer>,
  >(
    operationId: Id,
    path: Path,
    { summary, query, answered }: { summary: string; query: Asked; answered: Answered },
  ) =>
    createRoute({
      operationId,
      method: 'get',
      path,
      summary,
      tags: ['Projects'],
      request: { params: ProjectPath, query },
      responses: { 200: answered, ...unchanged, ...errorsOfNamed },
    })
  const ofDeployment = { params: DeploymentPath, answered: Scaled, failures: errorsOfDeploymentWrite }
  const ofProject = { params: ProjectPath, answered: Swept, failures: errorsOfWrite }

  const ofSchedule = { params: ProjectPath, failures: errorsOfScheduleWrite }
  return {
    ...serviceRoutes,
    scaleToZero: post('scaleToZero', `${deployment}/scale-to-zero`, {
      ...ofDeployment,
      summary: 'Put a Deployment to zero and remember what it was',
      body: bodies.scaleToZero,
    }),
    scaleUp: post('scaleUp', `${deployment}/scale-up`, {
      ...ofDeployment,
      summary: 'Scale a Deployment to a number of replicas',
      body: bodies.scaleUp,
    }),
    restore: post('restore', `${deployment}/restore`, {
      ...ofDeployment,
      summary: 'Bring a Deployment back to what it was',
      body: bodies.restore,
    }),
    deploymentStatus: createRoute({
      operationId: 'deploymentStatus',
      method: 'get',
      path: `${deployment}/status`,
      summary: 'How a Deployment is, and what it was if it sleeps',
      tags: ['Deployments'],
      request: { params: DeploymentPath, query: StatusQuery },
      responses: { 200: answer('Its status.', DeploymentStatus), ...errorsOfNamed },
    }),
    projects: createRoute({
      operationId: 'projects',
      method: 'get',
      path: '/api/v1/projects',
      summary: 'Every project that the caller may see',
      tags: ['Projects'],
      request: { query: Query },
      responses: { 200: answer('The projects.', ProjectsAnswer), ...unchanged, ...errors },
    }),
    project: getOfProject('project', project, {
      summary: 'Schedule, next transitions and workloads of a project',
      query: Query,
      answered: answer('The project.', ProjectAnswer),
    }),
    workloads: getOfProject('workloads', `${project}/workloads`, {
      summary: 'The workloads of a project, and what they were if they sleep',
      query: Query,
      answered: answer('Its workloads.', WorkloadsAnswer),
    }),
    history: getOfProject('history', `${project}/history`, {
      summary: 'What has happened to a project, the newest first',
      query: HistoryQuery,
      answered: answer('Its history.', HistoryAnswer),
    }),
    savings: createRoute({
      operationId: 'savings',
      method: 'get',
      path: '/api/v1/savings',
      summary: 'The node-hours that sleeping projects have saved, as they were seen',
      tags: ['Projects'],
      request: { query: SavingsQuery },
      responses: { 200: answer('The savings.', SavingsAnswer), ...unchanged, ...errorsOfNamed },
    }),
    nodePools: createRoute({
      operationId: 'nodePools',
      method: 'get',
      path: '/api/v1/node-pools',
      summary: 'Every node pool that the caller may see, with its nodes',
      tags: ['Node pools'],
      request: { query: Query },
      responses: { 200: answer('The node pools.', NodePoolsAnswer), ...unchanged, ...errors },
    }),
    scaleProjectToZero: post('scaleProjectToZero', `${project}/scale-to-zero`, {
      ...ofProject,
      summary: 'Put all workloads of a project to zero',
      body: bodies.scaleToZero,
    }),
    restoreProject: post('restoreProject', `${project}/restore`, {
      ...ofProject,
      summary: 'Bring back what the project put to zero',
      body: bodies.restore,
    }),
    calendar: getOfProject('calendar', `${project}/calendar`, {
      summary: 'When a project sleeps and wakes in the next days, and why',
      query: CalendarQuery,
      answered: answer('The calendar.', CalendarAnswer),
    }),
    keepAwake: post('keepAwake', `${project}/keep-awake`, {
      ...ofSchedule,
      answered: Kept,
      summary: 'Keep a project awake until a time, and wake what sleeps',
      body: bodies.keepAwake,
    }),
    keepAsleep: post('keepAsleep', `${project}/keep-asleep`, {
      ...ofSchedule,
      answered: Kept,
      summary: 'Keep a project asleep until a time, and put it to zero',
      body: bodies.keepAsleep,
    }),
    skip: post('skip', `${project}/skip`, {
      ...ofSchedule,
      answered: Skipped,
      summary: 'Leave out one transition of a project, the next wake-up or another',
      body: bodies.skip,
    }),
    followSchedule: post('followSchedule', `${project}/follow-schedule`, {
      ...ofSchedule,
      answered: FollowsSchedule,
      summary: 'Take back what keeps a project from its schedule',
      body: bodies.followSchedule,
    }),
    schedule: post('schedule', `${project}/schedule`, {
      ...ofSchedule,
      answered: ScheduleWritten,
      summary: 'Write the schedule of a project, or go back to the settings',
      body: bodies.schedule,
    }),
    suspend: postForAll('suspend', '/api/v1/suspend', {
      summary: 'Suspend the schedules of all projects',
      body: bodies.suspend,
    }),
    resume: postForAll('resume', '/api/v1/resume', {
      summary: 'Let the schedules of all projects go on',
      body: bodies.resume,
    }),
  }
}

export type Routes = ReturnType<typeof createRoutes>
