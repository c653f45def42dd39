import { expect, test } from '@jest/globals'
import { words } from '../../../../infra/hooks/run/words.ts'

test('blanks divide words, and a value stays within one word, whatever it holds', () => {
  const name = 'a name with blanks; and $(more)'
  expect(words`aks show --name ${name} --file @${'x.json'} .`).toEqual([
    'aks',
    'show',
    '--name',
    name,
    '--file',
    '@x.json',
    '.',
  ])
})

test('an empty value is an error: the command would take the next option for it', () => {
  expect(() => words`aks show --name ${''} --subscription sub`).toThrow('A value is empty after: aks show --name')
})
