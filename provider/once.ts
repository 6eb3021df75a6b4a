/**
 * A function that makes something when it is first asked for and gives it to everybody. Callers at the same time share one attempt; one that failed,
 * or made what is no longer usable, is made again for the next caller.
 */
export function once<Arguments extends unknown[], Value>(
  make: (...given: Arguments) => Promise<Value>,
  isUsable: (made: Value) => boolean = () => true,
): (...given: Arguments) => Promise<Value> {
  let attempt: Promise<Value> | undefined;
  let made: { value: Value } | undefined;
  return (...given) => {
    if (made !== undefined && !isUsable(made.value)) attempt = made = undefined;
    if (attempt === undefined) {
      attempt = make(...given);
      attempt.then(
        (value) => (made = { value }),
        () => (attempt = undefined),
      );
    }
    return attempt;
  };
}
