export default async function teardown() {
  await globalThis.stopE2eTarget?.()
}
