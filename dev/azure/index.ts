export { type FakeAzure, type FakeAzureOptions, startFakeAzure } from './fakeAzure.ts'
export { type FrontedCluster, frontedCluster } from './frontedCluster.ts'
export { theIdentity } from './names.ts'
export { formatTokenFile, newTokens, parseTokenFile, type UserTokens } from './tokenFile.ts'
