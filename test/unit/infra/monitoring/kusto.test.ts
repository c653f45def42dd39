import { beforeAll, expect, test } from '@jest/globals'
import { createQueryReader } from '../../../../dev/infra/kql/index.ts'

const read = createQueryReader()

// Kusto's language service builds its grammar for the first query, which takes seconds, and more on a busy machine.
beforeAll(() => void read('AppEvents'), 120_000)

test.each([
  ['AppEvents\n| where Nam == "Tick"', 2, 'Nam', 'a column that the table does not have'],
  ['AppEvent | take 1', 1, 'AppEvent', 'a table that the workspace does not have'],
  ['AppEvents\n| where Name == "Tick"\n| summarize count() by project = Name', 3, 'project', 'a keyword as a name'],
  ['AppEvents | extend Project = tostring(Properties.project)', 1, 'project', 'a keyword after a dot'],
  ['AppEvents | where Measurements["failed"] > "1"', 1, '>', 'types that cannot be compared'],
  ['AppEvents | where Name == "Tick', 1, '"', 'a text without its end'],
  ['AppEvents | where Name == "ProjectSlept"', 1, 'ProjectSlept', 'an event that nobody sends'],
  ['AppEvents\n| where Name in ("Tick",\n "Tock")', 3, 'Tock', 'one of several events that nobody sends'],
  ['AppMetrics | where Name == "nodes"', 1, 'nodes', 'a metric that nobody sends'],
  ['AppEvents | where Name == "Tick" | extend P = Properties["project"]', 1, 'project', 'a field of another event'],
  ['AppEvents | where Name == "Tick" | extend F = Properties["failed"]', 1, 'Measurements', 'a number among the texts'],
  ['AppMetrics | where Name == "workloads_asleep" | extend P = Properties["project"]', 1, 'project', 'no such split'],
])('%s is refused at line %i, because of %s', (query, line, name) => {
  const { faults } = read(query)
  expect(faults.map((fault) => fault.line)).toContain(line)
  expect(faults.map(({ message }) => message).join('\n')).toContain(name)
})

test('a query tells the columns that it gives, with their types', () => {
  const query =
    'AppEvents | where Name == "Tick" | summarize Runs = count() by Timer = tostring(Properties["function"])'
  expect(read(query)).toEqual({ faults: [], result: { Timer: 'string', Runs: 'long' } })
})
