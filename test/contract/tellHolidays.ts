import { registerHooks } from 'node:module'

// Loaded into a host before all else: says when the host loads the file with the holidays.

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.endsWith('holidays.js')) process.stderr.write('the holidays are loaded\n')
    return next(specifier, context)
  },
})
