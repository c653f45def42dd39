import { says } from './attempts.ts'

/** What is on a Deployment, or is to be: null takes it away. */
export interface Counts {
  replicas: number
  annotation?: string | null
  label?: string | null
  /** The annotation by which Flux leaves it alone. */
  reconcile?: string | null
  /** What that was before, as an annotation and as a label. */
  before?: string | null
  beforeLabel?: string | null
}

/** The merge patch that makes a Deployment so. */
export const bodyOf = ({ replicas, annotation, label, reconcile, before, beforeLabel }: Counts) => ({
  metadata: {
    annotations: {
      ...(annotation !== undefined && { 'aks-scale-to-zero/original-replicas': annotation }),
      ...(reconcile !== undefined && { 'kustomize.toolkit.fluxcd.io/reconcile': reconcile }),
      ...(before !== undefined && { 'aks-scale-to-zero/flux-reconcile': before }),
    },
    labels: {
      ...(label !== undefined && {
        'aks-scale-to-zero/original-replicas': label,
        'aks-scale-to-zero/asleep': label && 'true',
      }),
      ...(beforeLabel !== undefined && { 'aks-scale-to-zero/flux-reconcile': beforeLabel }),
    },
  },
  spec: { replicas },
})

const [zero, awake] = [
  { replicas: 0, annotation: '3', label: '3' },
  { replicas: 3, annotation: null, label: null },
]
const forgotten = { before: null, beforeLabel: null }
const enabled = { before: 'enabled', beforeLabel: 'enabled' }

/** No record and no truce. */
export const plain: Counts = { ...awake, ...forgotten, reconcile: null }

/** What a record may say, by what there is. The replicas that a restore brings back are those that there were. */
export const counts: { given: string; has: Counts; rows: { what: string; wants: Counts; outcome: string }[] }[] = [
  {
    given: 'a Deployment with 3 replicas and no record',
    has: { replicas: 3, annotation: null, label: null },
    rows: [
      { what: 'to zero, 3 recorded', wants: { replicas: 0, annotation: '3', label: '3' }, outcome: 'allowed' },
      { what: 'to zero, 4 recorded', wants: { replicas: 0, annotation: '4', label: '4' }, outcome: says.zero },
      {
        what: 'to zero, another count in the label',
        wants: { replicas: 0, annotation: '3', label: '4' },
        outcome: says.labelCount,
      },
      { what: 'awake with a record', wants: { replicas: 3, annotation: '3' }, outcome: says.count },
      { what: 'to 1000', wants: { replicas: 1000 }, outcome: 'allowed' },
    ],
  },
  {
    given: 'a Deployment with 1001 replicas',
    has: { replicas: 1001, annotation: null, label: null },
    rows: [
      {
        what: 'to zero, 1001 recorded',
        wants: { replicas: 0, annotation: '1001', label: '1001' },
        outcome: says.limit,
      },
      { what: 'to 1000', wants: { replicas: 1000 }, outcome: 'allowed' },
    ],
  },
  {
    given: 'a Deployment that somebody woke to 1 while 4 were recorded',
    has: { replicas: 1, annotation: '4', label: '4' },
    rows: [
      { what: 'to zero, the first count stays', wants: { replicas: 0 }, outcome: 'allowed' },
      {
        what: 'to zero, the first count again',
        wants: { replicas: 0, annotation: '4', label: '4' },
        outcome: 'allowed',
      },
      { what: 'to 2 with the record', wants: { replicas: 2 }, outcome: 'allowed' },
      { what: 'to zero, 1 recorded', wants: { replicas: 0, annotation: '1', label: '1' }, outcome: 'allowed' },
      { what: 'to zero, 5 recorded', wants: { replicas: 0, annotation: '5', label: '5' }, outcome: says.zero },
      { what: 'the record goes', wants: { replicas: 1, annotation: null, label: null }, outcome: 'allowed' },
    ],
  },
  {
    given: 'a Deployment that sleeps, 4000 recorded',
    has: { replicas: 0, annotation: '4000', label: '4000' },
    rows: [
      { what: 'to 4000', wants: { replicas: 4000, annotation: null, label: null }, outcome: says.wake },
      { what: 'to 1000', wants: { replicas: 1000, annotation: null, label: null }, outcome: 'allowed' },
      { what: 'another count', wants: { replicas: 0, annotation: '9', label: '9' }, outcome: says.count },
      { what: 'another count in the label', wants: { replicas: 0, label: '9' }, outcome: says.labelCount },
      { what: 'no record', wants: { replicas: 0, annotation: null, label: null }, outcome: says.forgotten },
      { what: 'no label of sleepers', wants: { replicas: 0, label: null }, outcome: says.forgotten },
    ],
  },
  {
    given: 'a Deployment that sleeps, whose annotations kubectl rollout undo has taken, 4 in the label',
    has: { replicas: 0, annotation: null, label: '4' },
    rows: [
      { what: 'to 4', wants: { replicas: 4, label: null }, outcome: 'allowed' },
      { what: 'the annotation comes back', wants: { replicas: 0, annotation: '4' }, outcome: 'allowed' },
      { what: 'another annotation', wants: { replicas: 0, annotation: '9' }, outcome: says.count },
    ],
  },
  {
    given: 'a Deployment that Flux applies, with a word to Flux',
    has: { ...awake, ...forgotten, reconcile: 'enabled' },
    rows: [
      { what: 'to zero with a truce', wants: { ...zero, ...enabled, reconcile: 'disabled' }, outcome: 'allowed' },
      { what: 'to zero without one', wants: zero, outcome: 'allowed' },
      { what: 'to zero, not remembered', wants: { ...zero, reconcile: 'disabled' }, outcome: says.truce },
      { what: 'to zero, another word', wants: { ...zero, ...enabled, reconcile: 'no' }, outcome: says.truce },
      {
        what: 'to zero, another memory',
        wants: { ...zero, before: '', beforeLabel: '', reconcile: 'disabled' },
        outcome: says.before,
      },
      { what: 'awake with a truce', wants: { replicas: 3, ...enabled, reconcile: 'disabled' }, outcome: says.truce },
      { what: 'awake without the word', wants: { replicas: 3, reconcile: null }, outcome: says.truce },
      { what: 'awake with a memory', wants: { replicas: 3, ...enabled }, outcome: says.before },
    ],
  },
  {
    given: 'a Deployment that sleeps in a truce with Flux',
    has: { ...zero, ...enabled, reconcile: 'disabled' },
    rows: [
      { what: 'to 3 as it was', wants: { ...awake, ...forgotten, reconcile: 'enabled' }, outcome: 'allowed' },
      { what: 'to 3, nothing left', wants: { ...awake, ...forgotten, reconcile: null }, outcome: says.truce },
      { what: 'to 3, and Flux never again', wants: { ...awake, ...forgotten }, outcome: says.before },
      { what: 'asleep without a truce', wants: { replicas: 0, reconcile: 'enabled' }, outcome: says.truce },
      { what: 'asleep without a memory', wants: { replicas: 0, ...forgotten }, outcome: says.before },
      { what: 'another memory', wants: { replicas: 0, before: 'x', beforeLabel: 'x' }, outcome: says.before },
    ],
  },
  {
    given: 'a Deployment that runs with a truce which kubectl rollout undo has brought back',
    has: { replicas: 3, annotation: '3', label: null, reconcile: 'disabled', before: '', beforeLabel: null },
    rows: [
      { what: 'the truce ends', wants: plain, outcome: 'allowed' },
      { what: 'to zero', wants: { ...zero, before: '', beforeLabel: '' }, outcome: 'allowed' },
      { what: 'the memory goes alone', wants: { replicas: 3, ...forgotten }, outcome: says.before },
    ],
  },
  {
    given: 'a Deployment that somebody has put to zero',
    has: { ...plain, replicas: 0 },
    rows: [
      { what: 'a record', wants: { replicas: 0, annotation: '9', label: '9' }, outcome: says.count },
      { what: 'to 2', wants: { replicas: 2 }, outcome: 'allowed' },
    ],
  },
]
