const ofFunctionsHost = ['code', 'clientId']

/**
 * Whether a parameter of a query is the key of the Functions host, or the key's name. They are for that host, which lets
 * them through.
 */
export const isOfFunctionsHost = (parameter: string): boolean => ofFunctionsHost.includes(parameter)
