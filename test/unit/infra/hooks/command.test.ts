import { expect, test } from '@jest/globals'
import { run, startable } from '../../../../infra/hooks/run/command.ts'

test('a tool is started as it is, and on Windows az is started by cmd.exe, with each word in quotation marks', () => {
  const az = ['az', 'rest', '--url', '/a?b=c&d=e']
  expect(startable(az, 'linux')).toEqual({ file: 'az', args: az.slice(1), options: {} })
  expect(startable(['kubectl', 'get', 'pods'], 'win32')).toEqual({
    file: 'kubectl',
    args: ['get', 'pods'],
    options: {},
  })
  expect(startable(az, 'win32')).toEqual({
    file: 'cmd.exe',
    args: ['/d', '/s', '/c', '"az "rest" "--url" "/a?b=c&d=e""'],
    options: { windowsVerbatimArguments: true },
  })
})

test.each(['say "hello"', '100%', 'two\nlines'])('an argument that cmd.exe would change is refused: %j', (word) => {
  expect(() => startable(['az', 'rest', '--body', word], 'win32')).toThrow('cmd.exe cannot take this argument of az')
})

test('a tool that is missing is an error that says where to get it', async () => {
  await expect(run(['kubelogin-that-nobody-has', '--version'])).rejects.toMatchObject({
    name: 'HookError',
    message: 'kubelogin-that-nobody-has is not installed, or not on the PATH',
  })
})
