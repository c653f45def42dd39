/** Waits for two things at once. Where both fail, the failure of the first one is told. */
export async function together<First, Second>(
  first: First | Promise<First>,
  second: Second | Promise<Second>,
): Promise<[First, Second]> {
  const [one, other] = await Promise.allSettled([first, second])
  if (one.status === 'rejected') throw one.reason
  if (other.status === 'rejected') throw other.reason
  return [one.value, other.value]
}
