import { says } from './attempts.ts'

/** What is on a Deployment, or is to be: null takes it away. */
export interface Counts {
  replicas: number
  annotation?: string | null
  label?: string | null
}

/** The merge patch that makes a Deployment so. */
export const bodyOf = ({ replicas, annotation, label }: Counts) => ({
  metadata: {
    annotations: { ...(annotation !== undefined && { 'aks-scale-to-zero/original-replicas': annotation }) },
    labels: {
      ...(label !== undefined && {
        'aks-scale-to-zero/original-replicas': label,
        'aks-scale-to-zero/asleep': label && 'true',
      }),
    },
  },
  spec: { replicas },
})

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
    given: 'a Deployment that somebody has put to zero',
    has: { replicas: 0, annotation: null, label: null },
    rows: [
      { what: 'a record', wants: { replicas: 0, annotation: '9', label: '9' }, outcome: says.count },
      { what: 'to 2', wants: { replicas: 2 }, outcome: 'allowed' },
    ],
  },
]
